// Drawing on a canvas as sharp as the screen: its size, its axes, and numbers for people.

export function fitted(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const ink = canvas.getContext("2d");
  ink.setTransform(ratio, 0, 0, ratio, 0, 0);
  ink.clearRect(0, 0, width, height);
  return ink;
}

// From values to pixels and back; `low` and `high` are at the pixels `from` and `to`.
export function scale(low, high, from, to) {
  const slope = (to - from) / (high - low || 1);
  const s = value => from + (value - low) * slope;
  s.back = pixel => low + (pixel - from) / slope;
  s.range = [low, high];
  s.pixels = [from, to];
  return s;
}

// At most about `count` round values between two others. Where they differ only in their late digits
// (far from zero, close together), `text` leaves out what all have in common, which is `base`.
export function ticks(low, high, count) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return { base: 0, marks: [] };
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(m => m * power).find(each => each >= rough * 0.999) ?? 10 * power;
  const coarse = 10 ** Math.ceil(Math.log10(span));
  const far = Math.max(Math.abs(low), Math.abs(high)) > 1e5 * span;
  const base = far ? Math.floor(low / coarse) * coarse : 0;
  const marks = [];
  const first = Math.ceil((low - base) / step - 1e-9);
  for (let i = first; i * step <= high - base + 1e-9 * span && marks.length < 50; i++) {
    marks.push({ value: base + i * step, text: told(i * step, step) });
  }
  return { base, marks };
}

// A number as exact as `step`: plain, or with a power of ten where zeros would be counted.
export function told(value, step) {
  if (Math.abs(value) < step * 1e-6) return "0";
  const [size, fine] = [Math.log10(Math.abs(value)), Math.log10(step)];
  if (size < 6 && fine >= -5) return signed(value.toFixed(Math.max(0, Math.ceil(-fine - 1e-9))));
  return inPowers(value, Math.round(size - fine) + 1);
}

// A number with two or three digits that tell something, for sentences.
export function short(value, digits = 2) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-5)) return inPowers(value, digits);
  const plain = Number(value.toPrecision(digits));
  const places = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return signed(places ? plain.toFixed(places) : plain.toLocaleString("en"));
}

const RAISED = { "-": "⁻", "+": "", ..."⁰¹²³⁴⁵⁶⁷⁸⁹" };

function inPowers(value, digits) {
  const [mantissa, power] = value.toExponential(Math.max(0, Math.min(14, digits - 1))).split("e");
  const shown = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return signed(`${shown}×10${[...power].map(each => RAISED[each]).join("")}`);
}

function signed(text) {
  return text.replace(/^-/, "−");
}

// What an axis shows: {marks with their place `at` on the screen and `text`, name}; `axis` says what
// a coordinate is in own units: {offset, scale, name}.
export function ticked(s, axis, count) {
  const ends = s.range.map(v => axis.offset + axis.scale * v).sort((a, b) => a - b);
  const { base, marks } = ticks(...ends, count);
  const placed = marks.map(({ value, text }) => ({ at: s((value - axis.offset) / axis.scale), text }));
  const name = base === 0 ? axis.name : `${axis.name} ${base < 0 ? "+" : "−"} ${inPowers(Math.abs(base), 15)}`;
  return { marks: placed, name };
}

// How much room the numbers of an upright axis take, its name among them.
export function marginFor(ink, s, axis, look) {
  ink.font = font(look);
  const { marks } = ticked(s, axis, upright(s));
  return Math.max(1.6 * look.size, ...marks.map(({ text }) => ink.measureText(text).width)) + 1.5 * look.size + 8;
}

export function font(look, weight = "") {
  return `${weight} ${look.size}px ${look.family}`.trim();
}

// `text` as far as it fits, with an ellipsis if that is not all of it.
export function clipped(ink, text, room) {
  if (ink.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 1 && ink.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}

function upright(s) {
  return Math.min(8, Math.abs(s.pixels[1] - s.pixels[0]) / 50);
}

// Lines and numbers of two axes inside the box {left, top, right, bottom}; one may be null.
export function axes(ink, box, x, y, across, up, look) {
  const [wide, tall] = [box.right - box.left, box.bottom - box.top];
  ink.save();
  ink.lineWidth = 1;
  ink.strokeStyle = look.grid;
  ink.fillStyle = look.faint;
  ink.font = font(look);
  ink.textAlign = "center";
  ink.textBaseline = "top";
  if (x) {
    const { marks, name } = ticked(x, across, Math.min(8, wide / 65));
    for (const { at, text } of marks) {
      line(ink, Math.round(at) + 0.5, box.top, Math.round(at) + 0.5, box.bottom);
      const half = ink.measureText(text).width / 2;
      if (at + half <= box.right + 8) ink.fillText(text, at, box.bottom + 5);
    }
    named(ink, box, name, look);
  }
  if (y) {
    const { marks, name } = ticked(y, up, upright(y));
    ink.textAlign = "right";
    ink.textBaseline = "middle";
    for (const { at, text } of marks) {
      line(ink, box.left, Math.round(at) + 0.5, box.right, Math.round(at) + 0.5);
      ink.fillText(text, box.left - 6, at);
    }
    ink.translate(look.size * 0.7, (box.top + box.bottom) / 2);
    ink.rotate(-Math.PI / 2);
    ink.textAlign = "center";
    ink.fillText(clipped(ink, name, tall + look.size), 0, 0);
  }
  ink.restore();
}

// The name under an axis that lies.
export function named(ink, box, name, look) {
  ink.textAlign = "center";
  ink.textBaseline = "top";
  const middle = (box.left + box.right) / 2;
  ink.fillText(clipped(ink, name, box.right - box.left), middle, box.bottom + 8 + look.size);
}

export function line(ink, x1, y1, x2, y2) {
  ink.beginPath();
  ink.moveTo(x1, y1);
  ink.lineTo(x2, y2);
  ink.stroke();
}

export function path(ink, xs, ys) {
  ink.beginPath();
  let pen = false;
  for (let i = 0; i < xs.length; i++) {
    const drawn = Number.isFinite(ys[i]) && Number.isFinite(xs[i]);
    if (drawn) pen ? ink.lineTo(xs[i], ys[i]) : ink.moveTo(xs[i], ys[i]);
    pen = drawn;
  }
}

// A number on a coloured plate: the sign of a component, so that colour is never the only one.
export function badge(ink, x, y, text, color, on, look) {
  ink.font = font(look, "700");
  const width = Math.max(ink.measureText(text).width + 8, look.size + 6);
  const height = look.size + 6;
  ink.fillStyle = color;
  ink.strokeStyle = look.ground;
  ink.lineWidth = 1.5;
  ink.beginPath();
  ink.roundRect(x - width / 2, y - height / 2, width, height, 4);
  ink.fill();
  ink.stroke();
  ink.fillStyle = on;
  ink.textAlign = "center";
  ink.textBaseline = "middle";
  ink.fillText(text, x, y + 0.5);
}
