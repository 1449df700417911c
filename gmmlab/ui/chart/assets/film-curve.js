// The curves beside a film's picture: what it climbs from frame to frame, and along one parameter.

import { axes, fitted, font, line, marginFor, named, path, scale } from "./canvas.js";

const PLAIN = { offset: 0, scale: 1 };

// The box of a picture with room for a legend above, and its upright scale.
function laidOut(ink, [low, high], name, width, height, look) {
  const box = { top: 2 * look.size + 4, right: width - 10, bottom: height - 2.6 * look.size - 6 };
  const y = scale(low, high, box.bottom, box.top);
  box.left = marginFor(ink, y, { ...PLAIN, name }, look);
  return { box, y };
}

// What a picture shows of values between two others: some more, and not rounding errors alone.
function widened(low, high, share) {
  const span = high - low > 1e-9 * Math.max(1, Math.abs(high)) ? high - low : 1;
  return [low - share * span, high + share * span];
}

// The film's curve, with a mark at the frame shown. Gives the scale from frames to pixels.
export function drawCurve(canvas, film, frame, width, height, look) {
  const ink = fitted(canvas, width, height);
  const { lines, marks, names } = film.curve;
  const best = film.curve.best[0] ?? null;
  const F = film.n;
  // A start may be so bad that all that follows would be a line: it is left below.
  const late = i => F < 12 || i > 2 || film.kind !== "em";
  const seen = lines.flatMap(each => [...each.y].filter((v, i) => Number.isFinite(v) && late(i)));
  const top = Math.max(...seen, ...(best === null ? [] : [best]));
  const { box, y } = laidOut(ink, widened(Math.min(...seen), top, 0.06), names[1], width, height, look);
  const x = scale(0, Math.max(1, F - 1), box.left, box.right);
  const across = film.kind === "em" ? { name: names[0], offset: 0, scale: 0.5 } : null;
  axes(ink, box, across && x, y, across, { ...PLAIN, name: names[1] }, look);
  if (!across) {
    ink.fillStyle = look.faint;
    ink.font = font(look);
    ink.textAlign = "center";
    ink.textBaseline = "top";
    for (const { at, text } of film.curve.ticks) ink.fillText(text, x(at), box.bottom + 5);
    named(ink, box, names[0], look);
  }
  ink.save();
  ink.beginPath();
  ink.rect(box.left - 6, box.top - 6, box.right - box.left + 12, box.bottom - box.top + 12);
  ink.clip();
  const xs = Array.from({ length: F }, (_, i) => x(i));
  if (film.curve.gap) shade(ink, xs, lines[0].y, lines[1].y, y, look);
  if (best !== null) {
    ink.strokeStyle = look.faint;
    ink.lineWidth = 1.5;
    ink.setLineDash([6, 5]);
    line(ink, box.left, y(best), box.right, y(best));
    ink.setLineDash([]);
  }
  lines.forEach((each, j) => {
    ink.strokeStyle = look.lines[j];
    ink.lineWidth = 2.2 * look.thick;
    ink.setLineDash(j ? [5, 4] : []);
    path(ink, xs, [...each.y].map(y));
    ink.stroke();
  });
  ink.setLineDash([]);
  ink.fillStyle = look.bad;
  for (const { frame: at } of marks) triangle(ink, x(at), y(lines[0].y[at]) - 6);
  ink.strokeStyle = look.accent;
  ink.lineWidth = 2;
  line(ink, x(frame), box.top, x(frame), box.bottom);
  lines.forEach((each, j) => {
    if (!Number.isFinite(each.y[frame])) return;
    ink.fillStyle = look.lines[j];
    ink.beginPath();
    ink.arc(x(frame), Math.min(y(each.y[frame]), box.bottom), 5 * look.thick, 0, 7);
    ink.fill();
  });
  ink.restore();
  legend(ink, box, [...lines.map((each, j) => [each.name, look.lines[j], j > 0]),
    ...(best === null ? [] : [[film.curve.best_name, look.faint, true]]),
    ...(marks.length ? [["▼ falls", look.bad, null]] : [])], look);
  return x;
}

function triangle(ink, x, y) {
  ink.beginPath();
  ink.moveTo(x - 5, y - 9);
  ink.lineTo(x + 5, y - 9);
  ink.lineTo(x, y);
  ink.fill();
}

function shade(ink, xs, above, below, y, look) {
  ink.fillStyle = look.gap;
  for (let i = 0; i + 1 < xs.length; i++) {
    if (![above[i], above[i + 1], below[i], below[i + 1]].every(Number.isFinite)) continue;
    ink.beginPath();
    ink.moveTo(xs[i], y(above[i]));
    ink.lineTo(xs[i + 1], y(above[i + 1]));
    ink.lineTo(xs[i + 1], y(below[i + 1]));
    ink.lineTo(xs[i], y(below[i]));
    ink.fill();
  }
}

function legend(ink, box, entries, look) {
  ink.font = font(look);
  ink.textBaseline = "middle";
  ink.textAlign = "left";
  let at = box.left;
  for (const [name, color, dashed] of entries) {
    if (dashed !== null) {
      ink.strokeStyle = color;
      ink.lineWidth = 2.2;
      ink.setLineDash(dashed ? [5, 4] : []);
      line(ink, at, look.size * 0.8, at + 18, look.size * 0.8);
      ink.setLineDash([]);
      at += 23;
    }
    ink.fillStyle = dashed === null ? color : look.text;
    ink.fillText(name, at, look.size * 0.85);
    at += ink.measureText(name).width + 14;
  }
}

// log p along one parameter, the bound that touches it, and where the parameter is now.
export function drawSlice(canvas, film, frame, width, height, look) {
  const ink = fitted(canvas, width, height);
  const { values, current, likelihood, bound, axis } = film.slices;
  const m = Math.max(0, film.sharesOf[frame]);
  // One range for all moments, so that curves move and the axis does not.
  const ends = film.sliced ??= [Math.min(...likelihood.map(row => Math.min(...row))),
                                Math.max(...likelihood.map(row => Math.max(...row)))];
  const name = film.curve.names[1];
  const { box, y } = laidOut(ink, widened(...ends, 0.12), name, width, height, look);
  const x = scale(values[0], values[values.length - 1], box.left, box.right);
  axes(ink, box, x, y, axis, { ...PLAIN, name }, look);
  ink.save();
  ink.beginPath();
  ink.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ink.clip();
  const xs = [...values].map(x);
  const curve = (ys, color, dash) => {
    ink.strokeStyle = color;
    ink.lineWidth = 2.4 * look.thick;
    ink.setLineDash(dash);
    path(ink, xs, [...ys].map(y));
    ink.stroke();
    ink.setLineDash([]);
  };
  const started = film.sharesOf[frame] >= 0;
  curve(likelihood[m], look.lines[0], []);
  if (started) curve(bound[m], look.lines[1], [5, 4]);
  const now = film.mixtureOf[frame];
  const dot = (value, ys, color) => {
    const step = values[1] - values[0];
    const i = Math.max(0, Math.min(values.length - 2, Math.floor((value - values[0]) / step)));
    const t = (value - values[i]) / step;
    ink.fillStyle = color;
    ink.beginPath();
    ink.arc(x(value), y((1 - t) * ys[i] + t * ys[i + 1]), 6 * look.thick, 0, 7);
    ink.fill();
  };
  dot(current[m], likelihood[m], look.lines[0]);
  if (now !== m) dot(current[now], bound[m], look.lines[1]);
  ink.restore();
  legend(ink, box, [["log p", look.lines[0], false], ["bound F", look.lines[1], true]], look);
}
