// One moment of a film as a picture: points in the plane, and the Gaussians over them.

import { axes, badge, clipped, fitted, font, line, marginFor, path, scale } from "./canvas.js";

const TURNS = Array.from({ length: 73 }, (_, i) => (i * Math.PI) / 36);
const CIRCLE = TURNS.map(turn => [Math.cos(turn), Math.sin(turn)]);
const SIGMAS = [[1, []], [2, [7, 4]], [3, [2, 4]]];

// The box of a picture and its scales, units equal on both axes where the film says so.
function laidOut(ink, film, width, height, look) {
  const box = { top: 6, right: width - 8, bottom: height - 2.6 * look.size - 8 };
  let [x0, x1, y0, y1] = film.window;
  // Where units are equal more of one axis is shown: its numbers are hardly longer.
  box.left = marginFor(ink, scale(y0, y1, box.bottom, box.top), film.axes[1], look);
  if (film.equal) {
    const unit = Math.max((x1 - x0) / (box.right - box.left), (y1 - y0) / (box.bottom - box.top));
    const widen = (low, high, pixels) => {
      const more = (unit * pixels - (high - low)) / 2;
      return [low - more, high + more];
    };
    [x0, x1] = widen(x0, x1, box.right - box.left);
    [y0, y1] = widen(y0, y1, box.bottom - box.top);
    box.left = marginFor(ink, scale(y0, y1, box.bottom, box.top), film.axes[1], look);
  }
  return { box, x: scale(x0, x1, box.left, box.right), y: scale(y0, y1, box.bottom, box.top) };
}

// Draw `scene`: {film, frame, moment, shares or null, trail, selected, look, blend, lloyd, centers}. Gives
// {box, x, y}: where the picture lies, and the scales from places to pixels.
export function drawPlane(canvas, scene, width, height) {
  const { film, look } = scene;
  const ink = fitted(canvas, width, height);
  const place = laidOut(ink, film, width, height, look);
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

function nameCollapse(ink, { film, moment, frame, look }, x, y, box) {
  const k = film.named?.component;
  if (k === undefined || frame < film.named.from_frame) return;
  ring(ink, x(moment.means[2 * k]), y(moment.means[2 * k + 1]), film.named.words, box, look);
}

// A component that has shrunk to a point is too small to be seen: a ring and a word show where.
export function ring(ink, px, py, words, box, look) {
  ink.strokeStyle = ink.fillStyle = look.bad;
  ink.lineWidth = 2.5 * look.thick;
  ink.beginPath();
  ink.arc(px, py, 20, 0, 7);
  ink.stroke();
  ink.font = font(look, "600");
  const shown = clipped(ink, words, box.right - box.left);
  const half = ink.measureText(shown).width / 2;
  const below = py + 26 + look.size < box.bottom;
  ink.textAlign = "center";
  ink.textBaseline = below ? "top" : "bottom";
  const middle = Math.max(box.left + half, Math.min(box.right - half, px));
  ink.fillText(shown, middle, py + (below ? 26 : -26));
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
  const [long, short] = [middle + spread, middle - spread].map(each => Math.sqrt(Math.max(each, 0)));
  const angle = 0.5 * Math.atan2(2 * b, a - c);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([u, v]) => [cos * long * u - sin * short * v, sin * long * u + cos * short * v];
}

function drawEllipses(ink, { film, moment, look }, x, y) {
  const { weights, means, covariances } = moment;
  const heaviest = Math.max(...weights);
  for (let k = 0; k < film.K; k++) {
    const [a, b, , c] = covariances.subarray(4 * k, 4 * k + 4);
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
    for (let k = 0; k < film.K; k++) cross(ink, x(centers[2 * k]), y(centers[2 * k + 1]), look);
  }
  for (let k = 0; k < film.K; k++) {
    plate(ink, film, k, x(moment.means[2 * k]), y(moment.means[2 * k + 1]), look);
  }
}

// The place of a k-means centre.
export function cross(ink, px, py, look) {
  ink.strokeStyle = look.text;
  ink.lineWidth = 2 * look.thick;
  line(ink, px - 9, py - 9, px + 9, py + 9);
  line(ink, px - 9, py + 9, px + 9, py - 9);
}

// The number of component k on its colour.
export function plate(ink, film, k, px, py, look) {
  const [color, on] = [film.colors, film.inks].map(each => each[k % each.length]);
  badge(ink, px, py, String(k + 1), color, on, look);
}
