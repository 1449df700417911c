// A row of buttons with a small picture each. One of them is a stop of the Tab key; arrows go from one to the
// next.

import { unpacked } from "./unpack.js";

const KEPT = new Map();

export function ready() {}

export function show(component) {
  const { data, parentElement } = component;
  const kept = KEPT.get(parentElement) ?? {};
  KEPT.set(parentElement, kept);
  kept.component = component;
  const digest = data.slice(0, 16).join();
  if (digest !== kept.digest) {
    kept.digest = digest;
    fill(parentElement.querySelector(".gmm-gallery"), kept, unpacked(data));
  }
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    for (const image of parentElement.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    KEPT.delete(parentElement);
  });
}

function fill(root, kept, { looks, chosen, images }) {
  if (!root.childElementCount) {
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Looks");
    root.onkeydown = event => rove(root, event);
  }
  while (root.children.length < looks.length) root.append(button(kept));
  const fresh = images !== kept.images;
  kept.images = images;
  looks.forEach(({ name, title, image }, place) => {
    const item = root.children[place];
    const [picture, text] = item.children;
    item.dataset.name = name;
    item.setAttribute("aria-pressed", String(name === chosen));
    text.textContent = title;
    if (!fresh) return;
    URL.revokeObjectURL(picture.src);
    picture.hidden = !image;
    if (image) picture.src = URL.createObjectURL(new Blob([image]));
  });
  const stop = root.querySelector("[aria-pressed=true]") ?? root.firstChild;
  if (!root.contains(document.activeElement)) for (const item of root.children) item.tabIndex = item === stop ? 0 : -1;
}

function button(kept) {
  const item = document.createElement("button");
  item.type = "button";
  item.innerHTML = `<img alt="" hidden><span></span>`;
  item.onclick = () => kept.component.setTriggerValue("chosen", { name: item.dataset.name });
  return item;
}

export function rove(root, event, selector = ":scope > *") {
  const items = [...root.querySelectorAll(selector)];
  const place = items.indexOf(document.activeElement);
  const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: items.length - 1 }[event.key];
  if (place < 0 || next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = items[Math.max(0, Math.min(items.length - 1, next))];
  for (const item of items) item.tabIndex = item === target ? 0 : -1;
  target.focus();
  event.preventDefault();
}
