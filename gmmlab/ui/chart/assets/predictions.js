// Predict, then reveal: a question about the next half-step of EM, and its answer from the states.

import { short } from "./canvas.js";
import { moment } from "./mixture.js";

const ABOUT = {
  M: [
    ["Which component’s mean will move most?", movesMost],
    ["Will the log-likelihood rise, stay or fall?", rises],
    ["Which component will gain the most weight?", gainsMost],
  ],
  E: [
    ["How many points will change the component they belong to most?", changes],
    ["Will the log-likelihood change when only the colours do?", staysTheSame],
  ],
};

function asked(frame) {
  const kind = frame % 2 ? "E" : "M";
  const iteration = (frame + 1) >> 1;
  return [kind, ...ABOUT[kind][(iteration - 1) % ABOUT[kind].length]];
}

export function questionAbout(player, frame) {
  const [kind, question] = asked(frame);
  return `Next comes the ${kind}-step. ${question}`;
}

export function answerTo(player, frame) {
  const [, question, answer] = asked(frame);
  return `${question} ${answer(player, frame)}`;
}

function mixtures({ film }, frame) {
  return [moment(film, film.mixtureOf[frame - 1]), moment(film, film.mixtureOf[frame])];
}

function movesMost(player, frame) {
  const { film } = player;
  const [before, after] = mixtures(player, frame);
  const moves = Array.from({ length: film.K }, (_, k) => {
    let square = 0;
    for (let j = 0; j < film.d; j++) square += (after.means[k * film.d + j] - before.means[k * film.d + j]) ** 2;
    return Math.sqrt(square) * film.axes[0].scale;
  });
  const k = moves.indexOf(Math.max(...moves));
  return `Component ${k + 1}, by ${short(moves[k])}.`;
}

function gainsMost(player, frame) {
  const [before, after] = mixtures(player, frame);
  const gains = [...after.weights].map((weight, k) => weight - before.weights[k]);
  const k = gains.indexOf(Math.max(...gains));
  if (gains[k] <= 5e-5) return "None, by more than 0.005 %.";
  const [was, is] = [before, after].map(({ weights }) => `${(100 * weights[k]).toFixed(2)} %`);
  return `Component ${k + 1}: ${was} became ${is}.`;
}

function rises({ film }, frame) {
  const y = film.curve.lines[0].y;
  const change = y[frame] - y[frame - 1];
  const by = `by ${short(Math.abs(change))} per point`;
  if (Math.abs(change) < 1e-9) return "It stays.";
  return change > 0 ? `It rises, ${by}: an M-step never lowers it.` : `It falls, ${by}: the variance floor does that.`;
}

function staysTheSame() {
  return "No: the mixture is the same. Only the bound rises, until it touches.";
}

function changes(player, frame) {
  const { film } = player;
  const after = player.shares(frame);
  const before = frame > 1 ? player.shares(frame - 2) : null;
  if (!before) return `All ${film.points.length / film.d}: they had no colour yet.`;
  let count = 0;
  for (let i = 0; i < after.length; i += film.K) {
    const most = shares => {
      let best = 0;
      for (let k = 1; k < film.K; k++) if (shares[i + k] > shares[i + best]) best = k;
      return best;
    };
    count += most(after) !== most(before);
  }
  return `${count} of ${film.points.length / film.d}.`;
}
