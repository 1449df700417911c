// A picture before and after: a line to drag between them, and one zoom for all of a group.

import "./menu.js";
import { unpacked } from "./unpack.js";

const KEPT = new Map(); // from the element that Streamlit gave us to what we built in it
const view = { share: 0.5, scale: 1, x: 0.5, y: 0.5 }; // what all wipes of a page share
const MOST = 32;
const FIRM = 6; // pixels that a finger moves sideways before the line follows

export function ready() {}

export function show(component) {
  const { data, parentElement } = component;
  const wipe = KEPT.get(parentElement) ?? built(parentElement);
  const digest = data.slice(0, 16).join();
  if (digest !== wipe.digest) {
    wipe.digest = digest;
    fill(wipe, unpacked(data));
  }
  return () => setTimeout(() => parentElement.isConnected || dispose(wipe));
}

function dispose(wipe) {
  KEPT.delete(wipe.parentElement);
  for (const image of [wipe.before, wipe.after]) URL.revokeObjectURL(image.src);
}

function built(parentElement) {
  const root = parentElement.querySelector(".gmm-wipe");
  root.innerHTML = `<div class="gmm-frame" role="figure">
      <img class="gmm-before" alt="" draggable="false"><img class="gmm-after" alt="" draggable="false">
      <div class="gmm-line" tabindex="0" role="slider" aria-valuemin="0" aria-valuemax="100"
        aria-label="Wipe: how much of the original is shown"><b></b></div>
      <span class="gmm-name"></span><span class="gmm-name gmm-right"></span>
    </div>
    <div class="gmm-zoom"><button type="button" aria-label="Zoom out" title="Zoom out">−</button>
      <button type="button" aria-label="Zoom in" title="Zoom in">+</button>
      <button type="button" title="Show the whole picture">whole</button>
      <output></output></div>`;
  const find = name => root.querySelector(name);
  const wipe = {
    parentElement, root, frame: find(".gmm-frame"), line: find(".gmm-line"), output: find("output"),
    before: find(".gmm-before"), after: find(".gmm-after"), names: root.querySelectorAll(".gmm-name"),
  };
  const [out, into, whole] = root.querySelectorAll(".gmm-zoom button");
  out.onclick = () => zoom(1 / 1.6);
  into.onclick = () => zoom(1.6);
  whole.onclick = () => zoom(0);
  hold(wipe);
  KEPT.set(parentElement, wipe);
  return wipe;
}

async function fill(wipe, { before, after, original, names, alt, width, height, pixelated }) {
  // A picture that is but a line gets a frame to be seen in.
  const shape = Math.max(0.4, Math.min(5, width / height));
  wipe.frame.style.aspectRatio = String(shape);
  // As wide as its column, but never so tall that the page has to be scrolled for it.
  wipe.frame.style.maxWidth = `min(100%, calc(max(240px, 100vh - 250px) * ${shape}))`;
  wipe.frame.setAttribute("aria-label", alt);
  wipe.root.classList.toggle("gmm-pixelated", pixelated);
  wipe.names.forEach((name, side) => { name.textContent = names[side]; });
  const digest = wipe.digest;
  const known = wipe.original === original; // decoding a large photo again takes its time
  wipe.original = original;
  await Promise.all([known || put(wipe.before, before), put(wipe.after, after)]);
  if (wipe.digest === digest) wipe.root.dataset.drawn = String(Number(wipe.root.dataset.drawn ?? 0) + 1);
  refresh();
  document.dispatchEvent(new Event("gmm-painted")); // who sends one change at a time may send the next
}

// The new picture takes the place of the old one when it is decoded: nothing flickers.
async function put(image, bytes) {
  const fresh = new Image();
  fresh.src = URL.createObjectURL(new Blob([bytes]));
  await fresh.decode();
  URL.revokeObjectURL(image.src);
  image.src = fresh.src;
  await image.decode();
}

function refresh() {
  for (const wipe of KEPT.values()) {
    const { frame, line, before, after, output } = wipe;
    const move = `translate(${-100 * (view.scale * view.x - 0.5)}%, `
      + `${-100 * (view.scale * view.y - 0.5)}%) scale(${view.scale})`;
    for (const image of [before, after]) image.style.transform = move;
    // The clip is in the picture's own coordinates, the line in the frame's.
    const edge = view.x + (view.share - 0.5) / view.scale;
    after.style.clipPath = `inset(0 0 0 ${100 * edge}%)`;
    line.style.left = `${100 * view.share}%`;
    line.setAttribute("aria-valuenow", String(Math.round(100 * view.share)));
    output.textContent = view.scale > 1.01 ? `${view.scale.toFixed(1)}×` : "";
    frame.dataset.zoomed = String(view.scale > 1.01);
    frame.tabIndex = view.scale > 1.01 ? 0 : -1; // arrows move the picture; else the line is all there is
  }
}

// How far apart two fingers are, and the place between them.
function spread(fingers) {
  const [a, b] = [...fingers.values()];
  return { apart: Math.hypot(a[0] - b[0], a[1] - b[1]), middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
}

function zoom(factor, at = [0.5, 0.5]) {
  const scale = factor === 0 ? 1 : Math.max(1, Math.min(MOST, view.scale * factor));
  // What lies under the pointer stays there.
  view.x += (at[0] - 0.5) * (1 / view.scale - 1 / scale);
  view.y += (at[1] - 0.5) * (1 / view.scale - 1 / scale);
  view.scale = scale;
  pan(0, 0);
}

function pan(dx, dy) {
  const half = 0.5 / view.scale;
  view.x = Math.max(half, Math.min(1 - half, view.x - dx / view.scale));
  view.y = Math.max(half, Math.min(1 - half, view.y - dy / view.scale));
  refresh();
}

function wipeTo(share) {
  view.share = Math.max(0, Math.min(1, share));
  refresh();
}

function hold({ frame, line }) {
  const place = event => {
    const box = frame.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  let last = null;
  let began = null; // where a finger came down that has not moved yet: it may be about to scroll the page
  const fingers = new Map();
  frame.onpointerdown = event => {
    last = place(event);
    fingers.set(event.pointerId, last);
    // Zoomed in, a drag on the picture moves it; else it moves the line.
    frame.moves = line.contains(event.target) || view.scale <= 1.01 ? "line" : "picture";
    began = event.pointerType === "touch" && frame.moves === "line" ? [event.clientX, event.clientY] : null;
    frame.setPointerCapture(event.pointerId);
    if (frame.moves === "line" && !began) wipeTo(last[0]);
  };
  frame.onpointermove = event => {
    if (!fingers.has(event.pointerId)) return;
    const now = place(event);
    if (fingers.size === 2) {
      const before = spread(fingers);
      fingers.set(event.pointerId, now);
      const after = spread(fingers);
      if (before.apart > 0) zoom(after.apart / before.apart, after.middle);
      began = null;
      frame.moves = "picture";
      last = null;
      return;
    }
    fingers.set(event.pointerId, now);
    if (began) {
      const [across, down] = [Math.abs(event.clientX - began[0]), Math.abs(event.clientY - began[1])];
      if (Math.max(across, down) < FIRM) return;
      if (across < down) frame.moves = "page";
      began = null;
    }
    if (last !== null && frame.moves === "picture") pan(now[0] - last[0], now[1] - last[1]);
    else if (frame.moves === "line") wipeTo(now[0]);
    last = now;
  };
  frame.onpointerup = event => {
    if (began && event.pointerType === "touch") wipeTo(place(event)[0]); // a tap
    lift(event);
  };
  // The browser takes a swipe up or down for its own: the page scrolls, and the line stays.
  frame.onpointercancel = event => lift(event);
  const lift = event => {
    fingers.delete(event.pointerId);
    began = last = null;
  };
  frame.ondblclick = event => zoom(view.scale > 1.01 ? 0 : 4, place(event));
  frame.addEventListener("wheel", event => {
    if (!event.ctrlKey) return; // the wheel alone scrolls the page
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 200), place(event));
  }, { passive: false });
  frame.onkeydown = event => {
    const step = event.shiftKey ? 0.1 : 0.02;
    const onLine = event.target === line || view.scale <= 1.01;
    const keys = {
      ArrowLeft: () => (onLine ? wipeTo(view.share - step) : pan(0.1, 0)),
      ArrowRight: () => (onLine ? wipeTo(view.share + step) : pan(-0.1, 0)),
      ArrowUp: () => pan(0, 0.1),
      ArrowDown: () => pan(0, -0.1),
      Home: () => wipeTo(0),
      End: () => wipeTo(1),
      "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6), 0: () => zoom(0),
    };
    if (!(event.key in keys) || event.ctrlKey || event.metaKey) return;
    keys[event.key]();
    event.preventDefault();
  };
}
