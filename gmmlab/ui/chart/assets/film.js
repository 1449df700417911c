// A film of a model: its moments by button, key, slider, or a click on its curve, all of it drawn in the
// browser. The page is told where the film rests, so that the address names that moment.

import { drawCurve, drawSlice } from "./film-curve.js";
import { drawLine } from "./film-line.js";
import { drawPlane } from "./film-plane.js";
import { filmBar, moveByKeys } from "./film-bar.js";
import { placeHandles } from "./handles.js";
import { between, blender, moment, nearest, responsibilities } from "./mixture.js";
import { USUAL } from "./theme.js";
import { unpacked } from "./unpack.js";

const REST = 450; // milliseconds without a step, after which the page is told
const KEPT = 80; // moments whose responsibilities are kept
const films = new Map();

export function ready() {
  return Promise.resolve();
}

// Called for every new film, every change of theme, and every rerun of the page that shows it.
export function show(component) {
  const { data, parentElement } = component;
  const player = films.get(parentElement) ?? built(parentElement);
  player.component = component;
  player.look = look(player);
  const digest = data.slice(0, 16).join();
  if (digest !== player.digest) {
    player.digest = digest;
    take(player, unpacked(data));
  }
  resize(player);
  return () => setTimeout(() => parentElement.isConnected || dispose(player));
}

function dispose(player) {
  films.delete(player.parentElement);
  player.observer.disconnect();
  document.removeEventListener("keydown", player.onKey);
  window.removeEventListener("resize", player.onResize);
  player.pause();
  clearTimeout(player.resting);
}

function built(parentElement) {
  const root = parentElement.querySelector(".gmm-film");
  root.innerHTML = `<div class="film-stage">
      <div class="film-pictures"></div>
      <div class="film-side"><canvas class="film-curve" role="img"></canvas><div class="film-below"></div></div>
    </div>`;
  const player = {
    root, parentElement, pictures: root.querySelector(".film-pictures"),
    curve: root.querySelector(".film-curve"), below: root.querySelector(".film-below"),
    frame: 0, shown: 0, selected: null, kept: new Map(), told: null, unanswered: [],
  };
  root.gmmlab = player;
  Object.assign(player, { draw: () => draw(player), seek: (frame, glide) => seek(player, frame, glide) });
  player.shares = frame => sharesAt(player, frame); // for tests, and for other scripts
  filmBar(player);
  player.onKey = event => moveByKeys(player, event);
  document.addEventListener("keydown", player.onKey);
  player.curve.onclick = event => {
    player.pause();
    player.seek(Math.round(player.along.back(event.offsetX)), true);
  };
  player.observer = new ResizeObserver(() => resize(player));
  player.observer.observe(root);
  player.onResize = () => resize(player);
  window.addEventListener("resize", player.onResize);
  films.set(parentElement, player);
  return player;
}

// A new film begins where the page says; the same film, where the visitor is, unless the page names a
// moment that it was not told: Back was pressed, or a link followed. A page that is slow answers what it was
// told some steps ago.
function take(player, { film, options }) {
  const same = player.film?.identity === film.identity;
  player.film = film;
  player.options = options;
  indexed(film);
  if (!same) {
    clearTimeout(player.resting);
    player.kept.clear();
    if (player.selected >= film.points.length / film.d) player.selected = null;
  }
  player.blend = blender(film.colors);
  furnish(player);
  const last = film.n - 1;
  const answered = player.unanswered.lastIndexOf(options.step);
  if (same && answered >= 0) {
    player.unanswered.splice(0, answered + 1);
  } else if (!same || options.step !== player.told) {
    player.pause();
    player.frame = player.shown = Math.min(options.step, last);
    player.told = options.step;
    player.unanswered = [];
  }
  player.frame = Math.min(player.frame, last);
  player.asked = false;
  player.bar.refresh();
  if (player.playsNext && !same) player.play();
  player.playsNext = false;
}

// Which moment each frame shows, and by whose responsibilities (−1: none yet). EM's frames are its start,
// then an E-step and an M-step in turn; in other films each frame is a state of its own.
function indexed(film) {
  const m = film.weights.length;
  film.n = film.kind === "em" ? 2 * m : m;
  film.mixtureOf = Array.from({ length: film.n }, (_, f) => (film.kind === "em" ? f >> 1 : f));
  film.sharesOf = Array.from({ length: film.n }, (_, f) => (film.kind === "em" ? ((f + 1) >> 1) - 1 : f));
}

function sharesAt(player, frame) {
  const { film, kept } = player;
  const m = film.sharesOf[frame];
  if (m < 0) return null;
  if (!kept.has(m)) {
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    kept.set(m, responsibilities(moment(film, m), film.points, film.d));
  }
  return kept.get(m);
}

function seek(player, frame, glide = false) {
  const to = Math.max(0, Math.min(player.film.n - 1, frame));
  player.asked = false;
  const from = player.frame;
  player.frame = to;
  const quiet = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (glide && !quiet && Math.abs(to - from) === 1) glideTo(player, from, to);
  else player.shown = to;
  player.bar.refresh();
  player.draw();
  clearTimeout(player.resting);
  player.resting = setTimeout(() => rest(player), REST);
}

function glideTo(player, from, to) {
  const began = performance.now();
  const length = Math.min(260, 0.6 * player.pace());
  cancelAnimationFrame(player.gliding);
  const go = now => {
    const t = Math.max(0, Math.min(1, (now - began) / length)); // a frame may be older than its cause
    player.shown = from + (to - from) * (1 - (1 - t) ** 3);
    if (t < 1 && player.frame === to) player.gliding = requestAnimationFrame(go);
    else player.shown = player.frame;
    player.draw();
  };
  player.shown = from;
  player.gliding = requestAnimationFrame(go);
}

function rest(player) {
  if (player.isPlaying() || !player.root.isConnected || player.told === player.frame) return;
  player.told = player.frame;
  player.unanswered.push(player.frame);
  player.component.setTriggerValue("rested", { step: player.frame, film: player.film.identity });
}

// What is drawn: the moment of `shown`, which lies between two frames while one glides into the other.
function scene(player, lloyd = false) {
  const { film, look, blend, selected } = player;
  const [low, t] = [Math.floor(player.shown), player.shown % 1];
  const high = Math.min(low + 1, film.n - 1);
  const base = { film, look, blend, selected, frame: player.frame };
  if (lloyd) {
    const last = film.lloyd.length - 1;
    const at = f => film.lloyd[Math.min(f >> 1, last)];
    const means = t ? at(low).map((v, i) => (1 - t) * v + t * at(high)[i]) : at(low);
    const assigned = Math.min(((player.frame + 1) >> 1) - 1, last);
    const shares = assigned < 0 ? null : nearest(film.lloyd[assigned], film.points, film.d);
    const trail = film.lloyd.slice(0, Math.min(player.frame >> 1, last) + 1);
    return { ...base, lloyd: true, moment: { means }, shares, trail, selected: null };
  }
  const now = between(moment(film, film.mixtureOf[low]), moment(film, film.mixtureOf[high]), t);
  let shares = sharesAt(player, low);
  if (t && high !== low) {
    const next = sharesAt(player, high);
    if (shares && next && shares !== next) shares = shares.map((v, i) => (1 - t) * v + t * next[i]);
    else shares ??= t > 0.5 ? next : null;
  }
  const trail = film.means.slice(0, film.mixtureOf[player.frame] + 1);
  return { ...base, moment: now, shares, trail, centers: film.centers };
}

function draw(player) {
  const { film, size, look } = player;
  if (!film || !size) return;
  const paint = film.d === 1 ? drawLine : drawPlane;
  const { width, height } = size.picture;
  const [main, beside] = player.pictures.querySelectorAll("canvas");
  player.place = paint(main, scene(player), width, height);
  if (beside) drawPlane(beside, scene(player, true), width, height);
  player.along = drawCurve(player.curve, film, player.frame, size.side, size.curve, look);
  const slice = player.below.querySelector("canvas");
  if (slice) drawSlice(slice, film, player.frame, size.side, size.below, look);
  hold(player);
  player.root.dataset.drawn = "yes";
  player.drawnAt ??= performance.now(); // since the page was opened: for measurements
}

// Means that can be dragged: `handles.js` asks a plot for two axes, and a picture of ours has them too.
function hold(player) {
  const { film, options, place } = player;
  const still = player.shown === player.frame && !player.isPlaying();
  const axis = s => {
    const [first, last] = [Math.min(...s.pixels), Math.max(...s.pixels)];
    return { _offset: first, _length: last - first, d2p: v => s(v) - first, p2d: p => s.back(p + first) };
  };
  player.handled ??= { root: player.pictures.querySelector("figure"), plot: { on() {}, offsetTop: 0 } };
  const handled = player.handled;
  handled.plot._fullLayout = { xaxis: axis(place.x), yaxis: axis(place.y) };
  const means = film.means[film.mixtureOf[player.frame]];
  const places = Array.from({ length: film.K }, (_, k) => [means[2 * k], means[2 * k + 1]]);
  handled.options = { handles: options.drag && film.d === 2 && still ? places : [] };
  handled.component = { setTriggerValue: (_, { index, x, y }) => {
    player.playsNext = true;
    const own = [x, y].map((v, j) => film.axes[j].offset + film.axes[j].scale * v);
    player.component.setTriggerValue("placed", { index, x: own[0], y: own[1], step: player.frame });
  } };
  placeHandles(handled);
}

// The parts that this film has: a second picture, the mathematics or a slice, the words.
function furnish(player) {
  const { film, options, pictures, below } = player;
  const wanted = film.lloyd ? ["Gaussian mixture: EM", "k-means: Lloyd’s algorithm"] : [""];
  if (pictures.dataset.titles !== String(wanted)) {
    pictures.dataset.titles = String(wanted);
    pictures.innerHTML = wanted.map(title =>
      `<figure><figcaption>${title}</figcaption><canvas role="img"></canvas></figure>`).join("");
    pictures.querySelector("canvas").onclick = event => choosePoint(player, event);
    player.handled = undefined;
  }
  const [main, beside] = pictures.querySelectorAll("canvas");
  main.setAttribute("aria-label", options.alt);
  beside?.setAttribute("aria-label", "k-means on the same points, from the same means");
  player.curve.setAttribute("aria-label", film.curve.alt);
  const kind = film.slices ? "slice" : film.maths ? String(film.maths) : "";
  if (below.dataset.kind !== kind) {
    below.dataset.kind = kind;
    below.innerHTML = film.slices
      ? '<canvas class="film-slice" role="img"></canvas>'
      : (film.maths ?? []).map(([when, html]) => `<p data-when="${when}">${html}</p>`).join("");
  }
  below.querySelector("canvas")?.setAttribute("aria-label", film.slices.alt);
  player.root.dataset.beside = film.lloyd ? "yes" : "no";
}

function choosePoint(player, { offsetX, offsetY }) {
  const { film, place } = player;
  let [best, least] = [null, 18];
  for (let i = 0; i < film.points.length / film.d; i++) {
    const px = place.x(film.points[i * film.d]);
    const py = film.d === 2 ? place.y(film.points[2 * i + 1]) : offsetY;
    const apart = Math.hypot(px - offsetX, py - offsetY);
    if (apart < least) [best, least] = [i, apart];
  }
  player.selected = best === player.selected ? null : best;
  player.bar.refresh();
  player.draw();
}

function look({ root }) {
  const style = getComputedStyle(root);
  const value = name => style.getPropertyValue(`--st-${name}`).trim();
  root.dataset.ground = isDark(value("background-color")) ? "dark" : "light";
  const own = name => style.getPropertyValue(`--film-${name}`).trim();
  const pixels = parseFloat(style.fontSize);
  return {
    text: value("text-color"), ground: value("background-color"),
    grid: value("border-color-light") || value("border-color"),
    family: value("font"), accent: value("primary-color"),
    size: Math.round(0.93 * pixels), thick: pixels / USUAL,
    faint: own("faint"), muted: own("muted"), bad: own("bad"), gap: own("gap"), lines: [own("likelihood"), own("bound")],
  };
}

function isDark(color) {
  const [r, g, b] = color.match(/[0-9a-f]{2}/gi)?.map(pair => parseInt(pair, 16)) ?? [255, 255, 255];
  return 0.3 * r + 0.6 * g + 0.1 * b < 128;
}

// The stage is as high as the window allows; on a narrow page its parts lie one below the other.
function resize(player) {
  const { root, film } = player;
  const width = root.clientWidth;
  if (!film || !width) return;
  const narrow = width < 700;
  root.dataset.narrow = narrow ? "yes" : "no";
  const share = parseFloat(getComputedStyle(root).getPropertyValue("--gmm-share")) || 57;
  const tall = Math.max(320, Math.round((share / 100) * window.innerHeight) + 52); // the axes' numbers too
  const two = film.lloyd ? 2 : 1;
  const caption = film.lloyd ? 24 : 0;
  const side = narrow ? width : Math.round(Math.min(0.36, two === 2 ? 0.3 : 0.38) * width);
  const rest = narrow ? width : width - side - 16;
  const across = narrow ? rest : Math.floor((rest - (two - 1) * 8) / two);
  const high = narrow ? Math.min(Math.round(0.9 * width), 0.6 * window.innerHeight) : tall - caption;
  const below = film.slices ? Math.round(0.5 * tall) : player.below.offsetHeight;
  player.size = {
    picture: { width: across, height: high }, side, below: narrow ? Math.min(below, 300) : below,
    curve: narrow ? 240 : Math.max(170, tall - below - 8),
  };
  root.style.setProperty("--film-side-width", `${side}px`);
  player.draw();
}
