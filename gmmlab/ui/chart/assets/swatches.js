// A palette as swatches. One of them is a stop of the Tab key, and arrows go from one to the next; a click
// chooses it, and the buttons below change, pin, merge or copy the chosen one.

import { rove } from "./gallery.js";
import { unpacked } from "./unpack.js";

const KEPT = new Map();

export function ready() {}

export function show(component) {
  const { data, parentElement } = component;
  const palette = KEPT.get(parentElement) ?? built(parentElement);
  palette.component = component;
  const digest = data.slice(0, 16).join();
  if (digest !== palette.digest) {
    palette.digest = digest;
    Object.assign(palette, unpacked(data));
    fill(palette);
  }
  answered(palette);
  return () => setTimeout(() => parentElement.isConnected || KEPT.delete(parentElement));
}

function built(parentElement) {
  const root = parentElement.querySelector(".gmm-swatches");
  root.innerHTML = `<div class="gmm-colors" role="group" aria-label="Palette"></div>
    <div class="gmm-acts" role="group" aria-label="The chosen colour">
      <output aria-live="polite"></output>
      <label class="gmm-change">change<input type="color" aria-label="Show this colour as another"></label>
      <button type="button" data-do="pin"></button>
      <button type="button" data-do="merge" title="Then click the colour that it shall join">merge</button>
      <button type="button" data-do="copy">copy</button>
      <button type="button" data-do="back" title="As it was found">undo</button>
    </div>
    <label class="gmm-add">add a colour<input type="color" value="#d62728" aria-label="Add a colour"></label>`;
  const [colors, tools, add] = root.children;
  const button = name => tools.querySelector(`[data-do=${name}]`);
  const palette = {
    parentElement, root, colors, tools, add, output: tools.querySelector("output"),
    change: tools.querySelector("input"), pin: button("pin"), merge: button("merge"), back: button("back"),
  };
  colors.onkeydown = event => {
    if (event.key === "Escape") stopMerging(palette);
    rove(colors, event);
  };
  // While a colour is dragged about, one change at a time is on its way, and the last one wins.
  palette.change.oninput = () => tell(palette, "change", chosen(palette)?.found, palette.change.value);
  add.lastChild.onchange = () => tell(palette, "add", "#000000", add.lastChild.value);
  palette.pin.onclick = () => {
    const { found, code, pinned } = chosen(palette);
    tell(palette, pinned ? "unpin" : "pin", found, code);
  };
  palette.merge.onclick = () => {
    palette.merging = !palette.merging;
    say(palette);
  };
  palette.back.onclick = () => tell(palette, "back", chosen(palette).found, chosen(palette).found);
  button("copy").onclick = () => copy(palette);
  KEPT.set(parentElement, palette);
  return palette;
}

function fill(palette) {
  const { colors, swatches, grows } = palette;
  while (colors.children.length > swatches.length) colors.lastChild.remove();
  while (colors.children.length < swatches.length) colors.append(swatch(palette));
  colors.classList.toggle("gmm-many", swatches.length > 48);
  swatches.forEach((each, place) => {
    const item = colors.children[place];
    const { code, share, changed, pinned } = each;
    item.dataset.found = each.found;
    item.firstChild.style.background = code;
    item.lastChild.textContent = share;
    item.toggleAttribute("data-changed", changed);
    item.toggleAttribute("data-pinned", pinned);
    item.title = `${code}, ${share}`;
    const more = (changed ? ", changed" : "") + (pinned ? ", pinned" : "");
    item.setAttribute("aria-label", `Colour ${place + 1} of ${swatches.length}: ${code}, ${share}${more}`);
  });
  if (!colors.querySelector("[tabindex='0']") && colors.firstChild) colors.firstChild.tabIndex = 0;
  palette.add.hidden = !grows;
  palette.pin.hidden = !grows;
  say(palette);
}

function swatch(palette) {
  const item = document.createElement("button");
  item.type = "button";
  item.tabIndex = -1;
  item.innerHTML = "<i></i><span></span>";
  item.onclick = () => {
    const { found } = item.dataset;
    if (palette.merging && found !== palette.chosen) {
      tell(palette, "merge", palette.chosen, found);
      palette.chosen = found;
    } else {
      palette.chosen = found === palette.chosen && !palette.merging ? undefined : found;
    }
    stopMerging(palette);
    for (const each of palette.colors.children) each.tabIndex = each === item ? 0 : -1;
  };
  return item;
}

const chosen = ({ swatches, chosen: found }) => swatches.find(each => each.found === found);

// What is chosen, and what can be done with it.
function say(palette) {
  const now = chosen(palette);
  palette.tools.hidden = !now;
  for (const item of palette.colors.children) {
    item.setAttribute("aria-pressed", String(now !== undefined && item.dataset.found === now.found));
  }
  palette.root.classList.toggle("gmm-merging", Boolean(now && palette.merging));
  if (!now) return;
  palette.output.textContent = palette.merging ? "Click the colour that it shall join." : `${now.code}, ${now.share}`;
  // A colour that is being chosen just now is ahead of the page.
  if (document.activeElement !== palette.change || !palette.waiting) palette.change.value = now.code;
  palette.pin.textContent = now.pinned ? "unpin" : "pin";
  palette.pin.title = now.pinned ? "Let it change with K again" : "Keep it whatever K, seed or space become";
  palette.back.hidden = !now.changed;
  palette.merge.setAttribute("aria-pressed", String(Boolean(palette.merging)));
  palette.merge.hidden = palette.swatches.length < 2;
}

function stopMerging(palette) {
  palette.merging = false;
  say(palette);
}

function tell(palette, act, found, code) {
  if (found === undefined) return;
  const send = () => {
    palette.waiting = true;
    palette.component.setTriggerValue("did", { act, found, code });
  };
  if (palette.waiting) palette.next = send;
  else send();
}

function answered(palette) {
  if (!palette.waiting) return;
  palette.waiting = false;
  const { next } = palette;
  palette.next = undefined;
  next?.();
}

async function copy(palette) {
  const { code } = chosen(palette);
  try {
    await navigator.clipboard.writeText(code);
    palette.output.textContent = `${code} is copied`;
  } catch {
    palette.output.textContent = `${code}: the browser does not allow to copy`; // on pages without https
  }
}
