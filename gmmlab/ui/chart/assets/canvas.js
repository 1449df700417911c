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

// At most about `count` round values between two others.
export function ticks(low, high, count) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(m => m * power).find(each => each >= rough * 0.999) ?? 10 * power;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * span && found.length < 50; i++) {
    found.push({ value: i * step, text: told(i * step, step) });
  }
  return found;
}

export function told(value, step) {
  if (Math.abs(value) < step * 1e-6) return "0";
  const [size, fine] = [Math.log10(Math.abs(value)), Math.log10(step)];
  if (size >= 6 || fine < -5) return value.toPrecision(Math.max(1, Math.min(6, Math.round(size - fine) + 1))).replace(/\.?0+e/, "e");
  return value.toFixed(Math.max(0, Math.min(8, Math.ceil(-fine - 1e-9)))).replace("-", "−");
}

// Lines and numbers of two axes inside the box {left, top, right, bottom}; `own` are values in own
// units: {offset, scale, name}.
export function axes(ink, box, x, y, across, up, look) {
  ink.save();
  ink.lineWidth = 1;
  ink.strokeStyle = look.grid;
  ink.fillStyle = look.faint;
  ink.font = `${look.size}px ${look.family}`;
  const inOwn = (s, axis) => s.range.map(v => axis.offset + axis.scale * v).sort((a, b) => a - b);
  const place = (s, axis, value) => Math.round(s((value - axis.offset) / axis.scale)) + 0.5;
  ink.textAlign = "center";
  ink.textBaseline = "top";
  if (x) {
    for (const { value, text } of ticks(...inOwn(x, across), Math.min(8, (box.right - box.left) / 80))) {
      const at = place(x, across, value);
      line(ink, at, box.top, at, box.bottom);
      if (at > box.left + 6 && at < box.right - 6) ink.fillText(text, at, box.bottom + 5);
    }
    ink.fillText(across.name, (box.left + box.right) / 2, box.bottom + 8 + look.size);
  }
  ink.textAlign = "right";
  ink.textBaseline = "middle";
  if (y) {
    for (const { value, text } of ticks(...inOwn(y, up), Math.min(8, (box.bottom - box.top) / 50))) {
      const at = place(y, up, value);
      line(ink, box.left, at, box.right, at);
      ink.fillText(text, box.left - 6, at);
    }
    ink.translate(look.size * 0.7, (box.top + box.bottom) / 2);
    ink.rotate(-Math.PI / 2);
    ink.textAlign = "center";
    ink.fillText(up.name, 0, 0);
  }
  ink.restore();
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
  ink.font = `700 ${look.size}px ${look.family}`;
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
