// What is said of a film's moment, in words.

import { answerTo, questionAbout } from "./predictions.js";

// What is said of the moment: the half-step in words, or the question before it, or a chosen point.
export function told(player) {
  const { film, frame, selected, options } = player;
  if (player.asked) return questionAbout(player, frame + 1);
  const words = [film.kind === "em" ? halfStep(film, frame) : film.words[frame]];
  if (player.revealed === frame) words.push(answerTo(player, frame));
  const mark = film.curve.marks.find(each => each.frame === frame);
  if (mark) words.push(mark.words);
  if (frame === film.n - 1) words.push(film.ending);
  if (selected !== null) words.push(aboutPoint(player, selected));
  else if (options.predict && frame < film.n - 1) words.push("Press Step for the next question.");
  return words.filter(Boolean).join(" ");
}

function halfStep(film, frame) {
  if (frame === 0) return film.words[0];
  const iteration = (frame + 1) >> 1;
  return `Iteration ${iteration}, ${film.words[frame % 2 ? 1 : 2]}`;
}

function aboutPoint(player, i) {
  const shares = player.shares(player.frame);
  if (!shares) return "";
  const K = player.film.K;
  const parts = Array.from({ length: K }, (_, k) => [shares[i * K + k], k])
    .sort((a, b) => b[0] - a[0]).slice(0, 3).filter(([share]) => share >= 0.0005)
    .map(([share, k]) => `${(100 * share).toFixed(1)} % component ${k + 1}`);
  return `Point ${i + 1}: ${parts.join(", ")}.`;
}
