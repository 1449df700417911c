// One moment of a film on a line: each component's curve and their sum, the points below, and over every
// place the responsibilities as stacked areas.

import { axes, fitted, font, line, marginFor, path, scale } from "./canvas.js";
import { cross, plate, ring } from "./film-plane.js";
import { logJoint, responsibilities } from "./mixture.js";

const STEPS = 240;
const AROUND = [-4, -3, -2, -1.5, -1, -0.6, -0.3, -0.1, 0, 0.1, 0.3, 0.6, 1, 1.5, 2, 3, 4]; // σ
const RUG = 22; // pixels
const FREE = 8; // pixels between the points and the areas

// Draw `scene`, as `drawPlane` does: {film, frame, moment, shares or null, selected, look, blend, centers}.
export function drawLine(canvas, scene, width, height) {
  const { film, moment, look, centers } = scene;
  const ink = fitted(canvas, width, height);
  const box = { top: 6, right: width - 8, bottom: height - 2.6 * look.size - 8 };
  const middle = box.top + 0.62 * (box.bottom - box.top);
  const [low, high] = film.window;
  const at = places(moment, film.K, low, high);
  const densities = Array.from({ length: film.K }, (_, k) => at.map(density(moment, k)));
  const sum = at.map((_, i) => densities.reduce((total, each) => total + each[i], 0));
  // A component on one point is a needle: the axis is for what the points are like.
  const up = scale(0, 1.12 * Math.min(Math.max(...sum), film.peak), middle, box.top);
  const own = { name: "density", offset: 0, scale: 1 / film.axes[0].scale };
  box.left = marginFor(ink, up, own, look);
  const x = scale(low, high, box.left, box.right);
  axes(ink, box, x, null, film.axes[0], null, look);
  axes(ink, { ...box, bottom: middle }, null, up, null, own, look);
  const xs = [...at].map(x);
  ink.save();
  ink.beginPath();
  ink.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ink.clip();
  drawCurves(ink, film, densities, sum, xs, up, middle, look);
  drawAreas(ink, film, responsibilities(moment, at, 1), xs, scale(0, 1, box.bottom, middle + RUG + FREE));
  drawRug(ink, scene, x, middle);
  for (let k = 0; k < film.K; k++) {
    const mean = moment.means[k];
    const [px, py] = [x(mean), Math.max(up(density(moment, k)(mean)), box.top + look.size)];
    if (centers) cross(ink, x(centers[k]), middle, look);
    if (film.named?.component === k && scene.frame >= film.named.from_frame) {
      ring(ink, px, Math.max(py, box.top + 24), film.named.words, { ...box, bottom: middle }, look);
    }
    plate(ink, film, k, px, py, look);
  }
  ink.restore();
  label(ink, "responsibilities", box.left + 6, middle + RUG + FREE + look.size, look);
  return { box, x, y: up };
}

function density(moment, k) {
  const joint = logJoint(moment, 1, k);
  return v => Math.exp(joint(v));
}

// Where curves are computed: evenly, and close together at each mean, so that no needle is missed.
function places({ means, covariances }, K, low, high) {
  const even = Array.from({ length: STEPS + 1 }, (_, i) => low + (i * (high - low)) / STEPS);
  const close = Array.from({ length: K }, (_, k) => AROUND.map(z => means[k] + z * Math.sqrt(covariances[k])));
  return Float64Array.from([...even, ...close.flat()].filter(v => v >= low && v <= high)).sort();
}

function drawCurves(ink, film, densities, sum, xs, up, middle, look) {
  densities.forEach((each, k) => {
    const ys = [...each].map(up);
    ink.strokeStyle = ink.fillStyle = film.colors[k % film.colors.length];
    ink.lineWidth = 2 * look.thick;
    path(ink, [xs[0], ...xs, xs[xs.length - 1]], [middle, ...ys, middle]);
    ink.globalAlpha = 0.12;
    ink.fill();
    ink.globalAlpha = 1;
    path(ink, xs, ys);
    ink.stroke();
  });
  ink.strokeStyle = look.text;
  ink.lineWidth = 2.5 * look.thick;
  path(ink, xs, [...sum].map(up));
  ink.stroke();
}

// The responsibilities `shares` [m·K] at m places, one on the other.
function drawAreas(ink, film, shares, xs, up) {
  const K = film.K;
  let below = xs.map(() => 0);
  ink.globalAlpha = 0.55;
  for (let k = 0; k < K; k++) {
    const above = below.map((value, i) => value + shares[i * K + k]);
    ink.beginPath();
    xs.forEach((px, i) => ink.lineTo(px, up(above[i])));
    for (let i = xs.length - 1; i >= 0; i--) ink.lineTo(xs[i], up(below[i]));
    ink.fillStyle = film.colors[k % film.colors.length];
    ink.fill();
    below = above;
  }
  ink.globalAlpha = 1;
}

function drawRug(ink, { film, shares, look, blend, selected }, x, middle) {
  for (let i = 0; i < film.points.length; i++) {
    const marked = i === selected || i === film.outlier;
    ink.strokeStyle = shares ? blend(shares, i, film.K) : look.muted;
    ink.globalAlpha = marked ? 1 : 0.6;
    ink.lineWidth = marked ? 4 : 1.2;
    line(ink, x(film.points[i]), middle + 4, x(film.points[i]), middle + RUG);
  }
  ink.globalAlpha = 1;
}

// A word over colours: on a rim of the page's ground.
function label(ink, text, px, py, look) {
  ink.font = font(look);
  ink.textAlign = "left";
  ink.textBaseline = "middle";
  ink.lineJoin = "round";
  ink.strokeStyle = look.ground;
  ink.lineWidth = 4;
  ink.strokeText(text, px, py);
  ink.fillStyle = look.text;
  ink.fillText(text, px, py);
}
