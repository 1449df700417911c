// The tour in two windows of one browser: the slide says where it is, and the speaker's notes follow.

import { unpacked } from "./unpack.js";

const NAME = "gmmlab tour";
const ends = new Map();

export function ready() {
  return Promise.resolve();
}

export function show(component) {
  const { data, parentElement } = component;
  const { slide, follows } = unpacked(data);
  const end = ends.get(parentElement) ?? { channel: new BroadcastChannel(NAME) };
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
    ends.delete(parentElement);
  });
}
