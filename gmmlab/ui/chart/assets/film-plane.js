// One moment of a film as a picture: points in the plane or on a line, and the Gaussians over them.

import { axes, badge, fitted, line, path, scale } from "./canvas.js";
import { logJoint } from "./mixture.js";

const CIRCLE = Array.from({ length: 73 }, (_, i) => [Math.cos((i * Math.PI) / 36), Math.sin((i * Math.PI) / 36)]);
const SIGMAS = [[1, []], [2, [7, 4]], [3, [2, 4]]];

// The scales of a picture of that size, units equal on both axes where the film says so.
export function laidOut(film, width, height, look) {
  const box = { left: 3.2 * look.size + 10, top: 6, right: width - 8, bottom: height - 2.6 * look.size - 8 };
  let [x0, x1, y0, y1] = film.window;
  if (film.d === 2 && film.equal) {
    const unit = Math.max((x1 - x0) / (box.right - box.left), (y1 - y0) / (box.bottom - box.top));
    const widen = (low, high, pixels) => {
      const more = (unit * pixels - (high - low)) / 2;
      return [low - more, high + more];
    };
    [x0, x1] = widen(x0, x1, box.right - box.left);
    [y0, y1] = widen(y0, y1, box.bottom - box.top);
  }
  return { box, x: scale(x0, x1, box.left, box.right), y: scale(y0, y1, box.bottom, box.top) };
}

// Draw `scene`: {film, moment, shares or null, trail, selected, look, blend, lloyd}.
export function drawPlane(canvas, scene, width, height) {
  const { film, look } = scene;
  const ink = fitted(canvas, width, height);
  const place = laidOut(film, width, height, look);
  const { box, x, y } = place;
  axes(ink, box, x, y, film.axes[0], film.axes[1], look);
  ink.save();
  ink.beginPath();
  ink.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ink.clip();
  drawLinks(ink, scene, x, y);
  drawPoints(ink, scene, x, y);
  if (!scene.lloyd) drawEllipses(ink, scene, x, y);
  drawTrails(ink, scene, x, y);
  drawMeans(ink, scene, x, y);
  nameCollapse(ink, scene, x, y, box);
  ink.restore();
  return place;
}

// A component that has shrunk to a point is too small to be seen: a ring and a word show where.
function nameCollapse(ink, { film, moment, frame, look }, x, y, box) {
  const { component: k, from_frame: from, words } = film.named ?? {};
  if (k === undefined || frame < from) return;
  const [px, py] = [x(moment.means[2 * k]), y(moment.means[2 * k + 1])];
  ink.strokeStyle = ink.fillStyle = look.bad;
  ink.lineWidth = 2.5 * look.thick;
  ink.beginPath();
  ink.arc(px, py, 20, 0, 7);
  ink.stroke();
  ink.font = `600 ${look.size}px ${look.family}`;
  const half = ink.measureText(words).width / 2;
  ink.textAlign = "center";
  ink.textBaseline = "top";
  ink.fillText(words, Math.max(box.left + half, Math.min(box.right - half, px)), py + 26);
}

function drawPoints(ink, { film, shares, look, blend, selected }, x, y) {
  const { points } = film;
  const n = points.length / 2;
  const K = film.K;
  const radius = 3.4 * look.thick * Math.min(1, (1500 / n) ** 0.35) * (n > 600 ? 0.9 : 1);
  ink.globalAlpha = n > 600 ? 0.75 : 0.85;
  ink.fillStyle = look.muted;
  for (let i = 0; i < n; i++) {
    if (shares) ink.fillStyle = blend(shares, i, K);
    ink.beginPath();
    ink.arc(x(points[2 * i]), y(points[2 * i + 1]), i === selected ? 1.8 * radius : radius, 0, 7);
    ink.fill();
    if (i === selected || i === film.outlier) {
      ink.strokeStyle = look.text;
      ink.lineWidth = 1.5;
      ink.stroke();
    }
  }
  ink.globalAlpha = 1;
}

// The symmetric root of a 2×2 covariance takes the unit circle to the ellipse of 1 σ.
function root(a, b, c) {
  const half = (a - c) / 2;
  const spread = Math.hypot(half, b);
  const middle = (a + c) / 2;
  const [long, short] = [Math.sqrt(Math.max(middle + spread, 0)), Math.sqrt(Math.max(middle - spread, 0))];
  const angle = 0.5 * Math.atan2(2 * b, a - c);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([u, v]) => [cos * long * u - sin * short * v, sin * long * u + cos * short * v];
}

function drawEllipses(ink, { film, moment, look }, x, y) {
  const { weights, means, covariances } = moment;
  const heaviest = Math.max(...weights);
  for (let k = 0; k < film.K; k++) {
    const [a, b, , c] = covariances.subarray ? covariances.subarray(4 * k, 4 * k + 4) : covariances.slice(4 * k, 4 * k + 4);
    const onto = root(a, b, c);
    const strength = Math.sqrt(weights[k] / heaviest);
    for (const [sigmas, dash] of SIGMAS) {
      ink.beginPath();
      for (const each of CIRCLE) {
        const [u, v] = onto(each);
        ink.lineTo(x(means[2 * k] + sigmas * u), y(means[2 * k + 1] + sigmas * v));
      }
      ink.closePath();
      ink.fillStyle = film.colors[k % film.colors.length];
      ink.globalAlpha = 0.09 * strength;
      ink.fill();
      ink.globalAlpha = 0.3 + 0.7 * strength;
      ink.strokeStyle = ink.fillStyle;
      ink.lineWidth = 1.8 * look.thick;
      ink.setLineDash(dash);
      ink.stroke();
      ink.setLineDash([]);
    }
  }
  ink.globalAlpha = 1;
}

function drawTrails(ink, { film, trail, look }, x, y) {
  for (let k = 0; k < film.K; k++) {
    const xs = trail.map(means => x(means[2 * k]));
    const ys = trail.map(means => y(means[2 * k + 1]));
    ink.strokeStyle = look.ground;
    ink.lineWidth = 4 * look.thick;
    path(ink, xs, ys);
    ink.stroke();
    ink.strokeStyle = film.colors[k % film.colors.length];
    ink.lineWidth = 2 * look.thick;
    path(ink, xs, ys);
    ink.stroke();
    ink.fillStyle = ink.strokeStyle;
    ink.beginPath();
    ink.arc(xs[0], ys[0], 3.5, 0, 7);
    ink.fill();
  }
}

// From the chosen point to each component, as thick as its responsibility.
function drawLinks(ink, { film, moment, shares, selected }, x, y) {
  if (selected === null || !shares) return;
  const [px, py] = [x(film.points[2 * selected]), y(film.points[2 * selected + 1])];
  for (let k = 0; k < film.K; k++) {
    const share = shares[selected * film.K + k];
    if (share < 0.002) continue;
    ink.strokeStyle = film.colors[k % film.colors.length];
    ink.lineWidth = 1 + 9 * share;
    line(ink, px, py, x(moment.means[2 * k]), y(moment.means[2 * k + 1]));
  }
}

function drawMeans(ink, { film, moment, look, centers }, x, y) {
  if (centers) {
    ink.strokeStyle = look.text;
    ink.lineWidth = 2 * look.thick;
    for (let k = 0; k < film.K; k++) {
      const [cx, cy] = [x(centers[2 * k]), y(centers[2 * k + 1])];
      line(ink, cx - 9, cy - 9, cx + 9, cy + 9);
      line(ink, cx - 9, cy + 9, cx + 9, cy - 9);
    }
  }
  for (let k = 0; k < film.K; k++) {
    const color = film.colors[k % film.colors.length];
    badge(ink, x(moment.means[2 * k]), y(moment.means[2 * k + 1]), String(k + 1), color, film.inks[k % film.inks.length], look);
  }
}

const STEPS = 240;

// On a line: each component's curve and their sum, the points below, and over every place the
// responsibilities as stacked areas.
export function drawLine(canvas, scene, width, height) {
  const { film, moment, shares, look, blend, selected } = scene;
  const ink = fitted(canvas, width, height);
  const place = laidOut(film, width, height, look);
  const { box, x } = place;
  const tall = box.bottom - box.top;
  const [middle, rug] = [box.top + 0.62 * tall, 22];
  const at = Array.from({ length: STEPS + 1 }, (_, i) => x.range[0] + (i * (x.range[1] - x.range[0])) / STEPS);
  const densities = Array.from({ length: film.K }, (_, k) => at.map(v => Math.exp(logJoint(moment, 1, k)(v))));
  const sum = at.map((_, i) => densities.reduce((total, each) => total + each[i], 0));
  // A component on one point is a needle: the axis is for what the points are like.
  const top = 1.12 * Math.min(Math.max(...sum), film.peak);
  const up = scale(0, top, middle, box.top);
  axes(ink, box, x, null, film.axes[0], null, look);
  axes(ink, { ...box, bottom: middle }, null, up, null, { name: "density", offset: 0, scale: 1 / film.axes[0].scale }, look);
  const xs = at.map(x);
  ink.save();
  ink.beginPath();
  ink.rect(box.left, box.top, box.right - box.left, tall);
  ink.clip();
  densities.forEach((each, k) => {
    ink.strokeStyle = ink.fillStyle = film.colors[k % film.colors.length];
    ink.lineWidth = 2 * look.thick;
    path(ink, [xs[0], ...xs, xs[STEPS]], [middle, ...each.map(up), middle]);
    ink.globalAlpha = 0.12;
    ink.fill();
    ink.globalAlpha = 1;
    path(ink, xs, each.map(up));
    ink.stroke();
  });
  ink.strokeStyle = look.text;
  ink.lineWidth = 2.5 * look.thick;
  path(ink, xs, sum.map(up));
  ink.stroke();
  stacked(ink, film, densities, sum, xs, scale(0, 1, box.bottom, middle + rug + 8));
  for (let i = 0; i < film.points.length; i++) {
    ink.strokeStyle = shares ? blend(shares, i, film.K) : look.muted;
    ink.globalAlpha = i === selected ? 1 : 0.6;
    ink.lineWidth = i === selected ? 4 : 1.2;
    line(ink, x(film.points[i]), middle + 4, x(film.points[i]), middle + rug);
  }
  ink.globalAlpha = 1;
  for (let k = 0; k < film.K; k++) {
    const height = Math.exp(logJoint(moment, 1, k)(moment.means[k]));
    badge(ink, x(moment.means[k]), Math.max(up(height), box.top + look.size), String(k + 1), film.colors[k % film.colors.length], film.inks[k % film.inks.length], look);
  }
  ink.restore();
  ink.fillStyle = look.faint;
  ink.font = `${look.size}px ${look.family}`;
  ink.fillText("responsibilities", box.left + 6, middle + rug + 8 + look.size);
  return place;
}

function stacked(ink, film, densities, sum, xs, up) {
  let below = sum.map(() => 0);
  densities.forEach((each, k) => {
    const above = below.map((value, i) => (sum[i] > 0 ? value + each[i] / sum[i] : value));
    ink.beginPath();
    xs.forEach((px, i) => ink.lineTo(px, up(above[i])));
    for (let i = xs.length - 1; i >= 0; i--) ink.lineTo(xs[i], up(below[i]));
    ink.fillStyle = film.colors[k % film.colors.length];
    ink.globalAlpha = 0.55;
    ink.fill();
    below = above;
  });
  ink.globalAlpha = 1;
}
