// The tour in two windows of one browser: the slide says where it is, and the speaker's notes follow.
// Arrow keys turn a slide unless something on it has a use for them.

import { unpacked } from "./unpack.js";

const NAME = "gmmlab tour";
const ends = new Map();

export function ready() {
  return Promise.resolve();
}

function begun(follows) {
  const onKey = follows ? () => {} : turn;
  document.addEventListener("keydown", onKey);
  return { channel: new BroadcastChannel(NAME), onKey };
}

function turn(event) {
  const button = { ArrowLeft: "pageup", ArrowRight: "pagedown" }[event.key];
  const other = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  const taken = event.target !== document.body || document.querySelector(".gmm-film") !== null;
  if (!button || other || taken || event.defaultPrevented) return;
  document.querySelector(`.st-key-turn-${button} button:not(:disabled)`)?.click();
}

export function show(component) {
  const { data, parentElement } = component;
  const { slide, follows } = unpacked(data);
  const end = ends.get(parentElement) ?? begun(follows);
  ends.set(parentElement, end);
  Object.assign(end, { component, slide });
  end.channel.onmessage = ({ data: said }) => {
    if (follows && Number.isInteger(said.slide) && said.slide !== end.slide) {
      end.component.setTriggerValue("turned", { slide: said.slide });
    } else if (!follows && said.asks) {
      end.channel.postMessage({ slide: end.slide });
    }
  };
  end.channel.postMessage(follows ? { asks: true } : { slide });
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    end.channel.close();
    document.removeEventListener("keydown", end.onKey);
    ends.delete(parentElement);
  });
}
