// A palette as swatches: click a code to copy it, click a colour to change it.

import { unpacked } from "./unpack.js";

const KEPT = new Map();

export function ready() {}

export function show(component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".gmm-swatches");
  const kept = KEPT.get(parentElement) ?? {};
  KEPT.set(parentElement, kept);
  kept.component = component;
  const digest = data.slice(0, 16).join();
  if (digest !== kept.digest) {
    kept.digest = digest;
    fill(root, kept, unpacked(data).swatches);
  }
  kept.answered?.();
  return () => setTimeout(() => parentElement.isConnected || KEPT.delete(parentElement));
}

function fill(root, kept, swatches) {
  while (root.children.length > swatches.length) root.lastChild.remove();
  while (root.children.length < swatches.length) root.append(swatch(kept));
  root.classList.toggle("gmm-many", swatches.length > 64);
  swatches.forEach(({ place, code, share, changed }, index) => {
    const item = root.children[index];
    const [color, copy, part] = item.children;
    item.dataset.place = place;
    item.toggleAttribute("data-changed", changed);
    // A colour that is being chosen just now is ahead of the page.
    if (document.activeElement !== color || !kept.waiting) color.value = code;
    color.setAttribute("aria-label", `Colour ${place + 1}, ${code}: choose another`);
    copy.textContent = code;
    copy.setAttribute("aria-label", `Copy ${code}`);
    part.textContent = share;
  });
}

function swatch(kept) {
  const item = document.createElement("div");
  item.innerHTML = `<input type="color" title="Choose another colour">
    <button type="button" title="Copy"></button><span></span>`;
  const [color, copy] = item.children;
  // While a colour is dragged about, one change at a time is on its way, and the last one wins.
  color.oninput = () => {
    const send = () => {
      kept.waiting = true;
      kept.component.setTriggerValue("edited", { place: Number(item.dataset.place), code: color.value });
    };
    if (kept.waiting) kept.next = send;
    else send();
  };
  kept.answered ??= () => {
    if (!kept.waiting) return;
    kept.waiting = false;
    const { next } = kept;
    kept.next = undefined;
    next?.();
  };
  copy.onclick = async () => {
    const code = copy.textContent;
    try {
      await navigator.clipboard.writeText(code);
      copy.textContent = "copied";
    } catch {
      copy.textContent = "not allowed"; // by the browser, on pages without https
    }
    setTimeout(() => { copy.textContent = code; }, 900);
  };
  return item;
}
