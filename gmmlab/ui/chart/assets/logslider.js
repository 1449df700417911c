// A slider over a range of whole numbers on a logarithmic scale. While it is dragged one value at a time
// is on its way, and the newest goes next, as soon as the page has shown a picture.

import { unpacked } from "./unpack.js";

const KEPT = new Map();
const STEPS = 1000;
const PATIENCE = 1500; // milliseconds: another value may give no other picture

export function ready() {}

export function show(component) {
  const { data, parentElement } = component;
  const slider = KEPT.get(parentElement) ?? built(parentElement);
  slider.component = component;
  Object.assign(slider, unpacked(data));
  slider.input.setAttribute("aria-label", `${slider.label}, on a logarithmic scale`);
  if (!slider.held && !slider.waiting) put(slider, slider.value);
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    document.removeEventListener("gmm-painted", slider.painted);
    KEPT.delete(parentElement);
  });
}

function built(parentElement) {
  const root = parentElement.querySelector(".gmm-logslider");
  root.innerHTML = `<input type="range" min="0" max="${STEPS}"><div aria-hidden="true"></div>`;
  const [input, marks] = root.children;
  const slider = { parentElement, input, marks, painted: () => answered(slider) };
  const number = () => Math.round(slider.low * (slider.high / slider.low) ** (input.value / STEPS));
  input.oninput = () => {
    slider.held = true;
    say(slider, number());
    send(slider, false);
  };
  input.onchange = () => {
    slider.held = false;
    send(slider, true);
  };
  input.onkeydown = event => {
    const { now, low, high } = slider;
    const next = {
      ArrowRight: now + 1, ArrowUp: now + 1, ArrowLeft: now - 1, ArrowDown: now - 1,
      PageUp: 2 * now, PageDown: Math.round(now / 2), Home: low, End: high,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    put(slider, Math.max(low, Math.min(high, next)));
    send(slider, true);
  };
  document.addEventListener("gmm-painted", slider.painted);
  KEPT.set(parentElement, slider);
  return slider;
}

// Show a value that came from elsewhere, or from a key.
function put(slider, value) {
  const { input, low, high, marks } = slider;
  input.value = String(Math.round(STEPS * Math.log(value / low) / Math.log(high / low)));
  say(slider, value);
  if (marks.childElementCount) return;
  for (let mark = low; mark <= high; mark *= 2) {
    const text = document.createElement("span");
    text.textContent = String(mark);
    text.style.left = `${100 * Math.log(mark / low) / Math.log(high / low)}%`;
    marks.append(text);
  }
}

function say(slider, value) {
  slider.now = value;
  slider.input.setAttribute("aria-valuetext", String(value));
  slider.input.title = String(value);
}

function send(slider, done) {
  slider.next = { value: slider.now, done };
  if (!slider.waiting) go(slider);
}

function go(slider) {
  const { next } = slider;
  slider.next = undefined;
  if (!next) return;
  slider.component.setTriggerValue("moved", next);
  clearTimeout(slider.waiting);
  slider.waiting = setTimeout(() => answered(slider), PATIENCE);
}

function answered(slider) {
  clearTimeout(slider.waiting);
  slider.waiting = undefined;
  go(slider);
}
