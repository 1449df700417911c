// The bar under a film: play, steps, a slider through its frames, speed; and the keys that do the same.

import { told } from "./film-words.js";

const SPEEDS = [1, 2, 5, 10, 30]; // steps a second
const BUTTONS = [
  ["start", "|◀", "To the start (Home)"],
  ["back", "◀ Back", "One step back (left arrow)"],
  ["play", "▶ Play", "Play (space)"],
  ["step", "Step ▶", "One step (right arrow)"],
  ["end", "▶|", "To the end (End)"],
];

export function filmBar(player) {
  const bar = document.createElement("div");
  bar.className = "film-controls";
  bar.innerHTML = `<div class="gmm-transport" role="group" aria-label="Player">
      ${BUTTONS.map(([name, text, title]) =>
        `<button type="button" data-do="${name}" title="${title}" aria-label="${title}">${text}</button>`).join("")}
      <input type="range" min="0" step="1" aria-label="Frame">
      <label>Speed <select aria-label="Steps a second">
        ${SPEEDS.map(s => `<option value="${s}">${s} / s</option>`).join("")}</select></label>
    </div>
    <p class="film-now" role="status"></p>`;
  player.root.append(bar);
  const button = name => bar.querySelector(`[data-do=${name}]`);
  const [slider, speed, now] = ["input", "select", ".film-now"].map(name => bar.querySelector(name));
  speed.value = "2";
  let timer = 0;
  let last = 0;

  player.pace = () => 1000 / Number(speed.value);
  player.isPlaying = () => timer !== 0;
  player.pause = () => {
    cancelAnimationFrame(timer);
    timer = 0;
    bar.refresh?.();
  };
  player.play = () => {
    if (player.options.predict) return player.step();
    if (player.frame >= player.film.n - 1) player.seek(0);
    last = performance.now();
    const go = time => {
      if (!player.root.isConnected) return player.pause();
      const due = Math.floor((time - last) / player.pace());
      if (due > 0) {
        last += due * player.pace();
        player.seek(player.frame + due, player.pace() > 150);
        if (player.frame >= player.film.n - 1) {
          player.pause();
          return player.draw();
        }
      }
      timer = requestAnimationFrame(go);
    };
    timer = requestAnimationFrame(go);
    bar.refresh();
  };
  // With a prediction asked for, the first press puts the question and the next shows the answer.
  player.step = () => {
    player.pause();
    if (player.frame >= player.film.n - 1) return;
    if (player.options.predict && player.film.kind === "em" && !player.asked) {
      player.asked = true;
      bar.refresh();
      return;
    }
    player.revealed = player.asked ? player.frame + 1 : null;
    player.seek(player.frame + 1, true);
  };
  player.back = () => { player.pause(); player.seek(player.frame - 1, true); };
  player.start = () => { player.pause(); player.seek(0); };
  player.end = () => { player.pause(); player.seek(player.film.n - 1); };
  player.toggle = () => (player.isPlaying() ? player.pause() : player.play());
  for (const name of ["start", "back", "step", "end"]) button(name).onclick = () => player[name]();
  button("play").onclick = () => player.toggle();
  slider.oninput = () => { player.pause(); player.seek(Number(slider.value)); };

  bar.refresh = () => {
    if (!player.film) return;
    const { film, frame } = player;
    slider.max = film.n - 1;
    slider.value = frame;
    const words = told(player);
    slider.setAttribute("aria-valuetext", words);
    if (now.textContent !== words) now.textContent = words;
    const kind = player.asked ? "?" : film.kind !== "em" || frame === 0 ? "" : frame % 2 ? "E" : "M";
    player.root.dataset.half = kind;
    for (const each of player.below.querySelectorAll("[data-when]")) {
      each.toggleAttribute("data-lit", each.dataset.when === kind);
    }
    const playing = player.isPlaying();
    button("play").textContent = playing ? "❚❚ Pause" : "▶ Play";
    button("play").title = playing ? "Pause (space)" : "Play (space)";
    button("play").setAttribute("aria-label", button("play").title);
    button("step").textContent = player.asked ? "Reveal ▶" : "Step ▶";
    button("back").disabled = button("start").disabled = frame === 0;
    button("step").disabled = button("end").disabled = frame === film.n - 1;
    now.setAttribute("aria-live", playing ? "off" : "polite");
  };
  player.bar = bar;
}

const KEYS = {
  " ": "toggle", ArrowRight: "step", ArrowLeft: "back", PageDown: "step", PageUp: "back",
  Home: "start", End: "end", Enter: "step",
};

// What has keys of its own, elsewhere on the page.
const TAKEN = ["input", "textarea", "select", "[contenteditable]",
               ...["slider", "combobox", "listbox", "radio", "tab", "menu"].map(role => `[role=${role}]`)].join();

// A film is what its page is for: keys are its own unless something else has a use for them.
export function moveByKeys(player, event) {
  const { target } = event;
  const inside = player.root.contains(target);
  const pressed = event.key === " " || event.key === "Enter";
  const elsewhere = !inside && (target.closest?.(TAKEN) || (pressed && target.closest?.("a, button, summary")));
  if (elsewhere || !player.film) return;
  if (event.key === "[" || event.key === "]") return chooseNext(player, event.key === "]" ? 1 : -1);
  // (Brackets need Alt on some keyboards.)
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // Buttons, sliders and handles have keys of their own.
  const taken = target.matches?.("input, select") ? event.key !== " "
    : target.matches?.("button") && (pressed || target.closest(".gmm-handles"));
  if (!(event.key in KEYS) || (inside && taken)) return;
  event.preventDefault();
  player[KEYS[event.key]]();
}

function chooseNext(player, by) {
  const n = player.film.points.length / player.film.d;
  player.selected = ((player.selected ?? (by > 0 ? -1 : 0)) + by + n) % n;
  player.bar.refresh();
  player.draw();
}
