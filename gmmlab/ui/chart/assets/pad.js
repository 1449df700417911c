// Drawing points on a chart. All charts of a page are one pad: the same points, tool and history.
// Marks appear at once; the page hears of them as fast as it answers, and draws them anew.

import { inside, toData, toScreen } from "./handles.js";

const LEVELS = 4095; // a coordinate is 12 bits of the pad's box: two letters of this alphabet
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NEAR = 16; // pixels within which a point is meant
const SPACING = 9; // pixels between points of one stroke
const SPRAY = { radius: 22, each: 45 }; // pixels, and milliseconds between points
const REMEMBERED = 100; // steps that can be undone
const TOOLS = {
  pen: ["Pen", "Click to add a point, drag to draw a line of them"],
  spray: ["Spray", "Hold and drag to spray points"],
  move: ["Move", "Drag a point"],
  erase: ["Erase", "Click or drag over points to remove them"],
  centres: ["Centres", "Drag a numbered centre: the models start again from there"],
  look: ["Look", "Do not draw: hover and click as in any picture"],
};

// `known` is the drawing that the page has, `sent` one that it has not answered yet.
const pad = { points: [], box: "", tool: "pen", past: [], known: null, sent: null, charts: new Set() };

export function drawingPad(chart) {
  const given = chart.options.pad;
  if (!given) {
    chart.pad?.remove();
    chart.toolbar?.remove();
    chart.pad = chart.toolbar = undefined;
    chart.root.removeAttribute("data-beside");
    delete chart.root.dataset.tool;
    pad.charts.delete(chart);
    return;
  }
  if (!chart.pad) chart.pad = surface(chart);
  if (given.toolbar && !chart.toolbar) chart.toolbar = toolbar(chart);
  chart.root.toggleAttribute("data-beside", !given.toolbar);
  for (const other of pad.charts) if (!other.root.isConnected) pad.charts.delete(other);
  pad.charts.add(chart);
  pad.limit = given.limit;
  if (pad.tool === "centres" && !given.centres) pad.tool = "pen";
  receive(given.code, chart);
  for (const each of pad.charts) refresh(each);
}

// What the page shows: an answer to what was sent, or a drawing from elsewhere (a link, Back, a file).
function receive(code, chart) {
  if (code === pad.known) return;
  const answered = code === pad.sent;
  const moving = pad.sent !== null || pad.charts.size && [...pad.charts].some(each => each.stroke);
  if (!answered && moving) return;
  pad.known = code;
  if (answered) {
    pad.sent = null;
    if (coded() !== code || pad.unsaid) send(chart);
  } else {
    if (pad.box) remember();
    [pad.box, pad.points] = decoded(code);
  }
}

function decoded(code) {
  const [box, letters] = code.split("~");
  const value = at => 64 * LETTERS.indexOf(letters[at]) + LETTERS.indexOf(letters[at + 1]);
  const points = [];
  for (let at = 0; at < letters.length; at += 4) points.push([value(at), value(at + 2)]);
  return [box, points];
}

function coded() {
  const letters = value => LETTERS[value >> 6] + LETTERS[value & 63];
  return `${pad.box}~${pad.points.map(([x, y]) => letters(x) + letters(y)).join("")}`;
}

function edges() {
  return pad.box.split("_").map(Number);
}

function toGrid([x, y]) {
  const [left, right, bottom, top] = edges();
  const level = share => Math.max(0, Math.min(LEVELS, Math.round(share * LEVELS)));
  return [level((x - left) / (right - left)), level((y - bottom) / (top - bottom))];
}

function fromGrid([i, j]) {
  const [left, right, bottom, top] = edges();
  return [left + (i / LEVELS) * (right - left), bottom + (j / LEVELS) * (top - bottom)];
}

function remember() {
  pad.past.push(pad.points);
  if (pad.past.length > REMEMBERED) pad.past.shift();
}

function change(chart, points) {
  pad.points = points;
  for (const each of pad.charts) refresh(each);
  send(chart);
}

// One drawing is on its way at most; when it is answered, the next one is the newest.
function send(chart, done = chart.stroke === undefined) {
  const code = coded();
  if (pad.sent !== null) {
    pad.unsaid = true;
    return;
  }
  if (code === pad.known && !pad.unsaid) return;
  pad.unsaid = !done;
  pad.sent = code === pad.known ? null : code;
  chart.component.setTriggerValue("drawn", { code, done });
}

function undo(chart) {
  if (pad.past.length) change(chart, pad.past.pop());
}

function clear(chart) {
  if (!pad.points.length) return;
  remember();
  change(chart, []);
}

// Index of the point nearest to a place on the screen, or -1 if none is near.
function nearest(chart, place) {
  let best = -1, least = NEAR ** 2;
  pad.points.forEach((point, index) => {
    const [left, top] = toScreen(chart.plot, ...fromGrid(point));
    const square = (left - place[0]) ** 2 + (top - place[1]) ** 2;
    if (square < least) [best, least] = [index, square];
  });
  return best;
}

function added(chart, places) {
  const room = pad.limit - pad.points.length;
  const fresh = places.slice(0, Math.max(0, room)).map(place =>
    toGrid(toData(chart.plot, ...inside(chart.plot, ...place))));
  return [...pad.points, ...fresh];
}

function cloud([left, top], count) {
  const radius = () => SPRAY.radius * Math.sqrt(-Math.log(1 - 0.98 * Math.random())) * 0.7;
  return Array.from({ length: count }, () => {
    const angle = 2 * Math.PI * Math.random(), r = radius();
    return [left + r * Math.cos(angle), top + r * Math.sin(angle)];
  });
}

// What each tool does when it touches the pad, moves, and (for spray) while it is held.
const TOUCH = {
  pen: (chart, place) => added(chart, [place]),
  spray: (chart, place) => added(chart, cloud(place, 3)),
  move: (chart, place) => { chart.stroke.point = nearest(chart, place); return pad.points; },
  erase: (chart, place) => erased(chart, place),
  centres: () => pad.points,
  look: () => pad.points,
};
const DRAG = {
  pen: (chart, place) => {
    const [x, y] = chart.stroke.last;
    if (Math.hypot(place[0] - x, place[1] - y) < SPACING) return pad.points;
    chart.stroke.last = place;
    return added(chart, [place]);
  },
  spray: (chart, place) => { chart.stroke.last = place; return pad.points; },
  move: (chart, place) => {
    const to = toGrid(toData(chart.plot, ...inside(chart.plot, ...place)));
    return pad.points.map((point, index) => (index === chart.stroke.point ? to : point));
  },
  erase: (chart, place) => erased(chart, place),
  centres: () => pad.points,
  look: () => pad.points,
};

function erased(chart, place) {
  const index = nearest(chart, place);
  return index < 0 ? pad.points : pad.points.filter((_, other) => other !== index);
}

function begin(chart, place) {
  remember();
  chart.stroke = { last: place, at: place };
  change(chart, TOUCH[pad.tool](chart, place));
  if (pad.tool === "spray") {
    chart.stroke.timer = setInterval(
      () => change(chart, added(chart, cloud(chart.stroke.last, 1))), SPRAY.each);
  }
}

function go(chart, place) {
  const points = DRAG[pad.tool](chart, place);
  if (points !== pad.points) change(chart, points);
}

function end(chart) {
  clearInterval(chart.stroke?.timer);
  chart.stroke = undefined;
  if (String(pad.past.at(-1)) === String(pad.points)) pad.past.pop();
  pad.unsaid = true;
  send(chart, true);
  for (const each of pad.charts) refresh(each);
}

function surface(chart) {
  const canvas = document.createElement("canvas");
  canvas.className = "gmm-pad";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", "Drawing pad. Arrow keys move a cross, Enter uses the tool there, "
    + "Delete erases, U undoes.");
  chart.root.append(canvas);
  const place = event => {
    const { left, top } = chart.plot.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  canvas.onpointerdown = event => {
    if (event.button !== 0 || chart.stroke) return;
    event.preventDefault();
    canvas.dataset.pointer = "yes";
    canvas.focus({ preventScroll: true });
    chart.cross = undefined;
    canvas.setPointerCapture(event.pointerId);
    begin(chart, place(event));
  };
  canvas.onpointermove = event => {
    if (!chart.stroke) return;
    // A quick hand moves far between two events; the browser kept what lay between.
    for (const each of event.getCoalescedEvents?.() ?? [event]) go(chart, place(each));
  };
  canvas.onpointerup = canvas.onpointercancel = () => chart.stroke && end(chart);
  canvas.onkeydown = event => keys(chart, event);
  canvas.onblur = () => {
    chart.cross = undefined;
    delete canvas.dataset.pointer;
    refresh(chart);
  };
  // While it is drawn on, the plot beneath may move: after a resize, or with another window.
  chart.plot.on("plotly_afterplot", () => chart.pad && refresh(chart));
  return canvas;
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function keys(chart, event) {
  const { xaxis: { _offset: l, _length: w }, yaxis: { _offset: t, _length: h } } = chart.plot._fullLayout;
  const cross = chart.cross ?? [l + w / 2, t + h / 2];
  if (event.key in STEPS) {
    const by = event.shiftKey ? 40 : 8;
    const [dx, dy] = STEPS[event.key];
    chart.cross = inside(chart.plot, cross[0] + by * dx, cross[1] + by * dy);
    if (chart.carried !== undefined) carry(chart);
  } else if (event.key === "Enter" || event.key === " ") {
    chart.cross = cross;
    useTool(chart);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    remember();
    change(chart, erased(chart, cross));
  } else if (event.key.toLowerCase() === "u" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
    undo(chart);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  refresh(chart);
}

// Enter: the tool, once, at the cross. Move takes a point up, and puts it down the next time.
function useTool(chart) {
  if (pad.tool === "look") {
    const [x, y] = toData(chart.plot, ...chart.cross);
    if (chart.options.picks) chart.component.setTriggerValue("picked", { x, y, about: null });
    return;
  }
  if (pad.tool !== "move") {
    begin(chart, chart.cross);
    end(chart);
    return;
  }
  if (chart.carried === undefined) {
    const index = nearest(chart, chart.cross);
    chart.carried = index < 0 ? undefined : index;
    if (index >= 0) remember();
  } else {
    chart.carried = undefined;
  }
}

function carry(chart) {
  const to = toGrid(toData(chart.plot, ...chart.cross));
  change(chart, pad.points.map((point, index) => (index === chart.carried ? to : point)));
}

function toolbar(chart) {
  const bar = document.createElement("div");
  bar.className = "gmm-toolbar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Drawing tools");
  const button = (label, title, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.title = title;
    made.onclick = action;
    bar.append(made);
    return made;
  };
  for (const [tool, [label, title]] of Object.entries(TOOLS)) {
    button(label, title, () => {
      pad.tool = tool;
      for (const each of pad.charts) { each.carried = undefined; refresh(each); }
    }).dataset.tool = tool;
  }
  bar.append(document.createElement("i"));
  button("Undo", "Take back the last stroke (U)", () => undo(chart)).dataset.needs = "past";
  button("Clear", "Remove all points", () => clear(chart)).dataset.needs = "points";
  const count = document.createElement("output");
  bar.append(count);
  chart.root.prepend(bar);
  return bar;
}

// Draw what the page does not show yet, the cross, and the state of the tools.
function refresh(chart) {
  if (!chart.pad || !chart.root.isConnected) return;
  const { plot, pad: canvas } = chart;
  const { xaxis: { _offset: l, _length: w }, yaxis: { _offset: t, _length: h } } = plot._fullLayout;
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas.style, {
    left: `${l}px`, top: `${plot.offsetTop + t}px`, width: `${w}px`, height: `${h}px`,
  });
  canvas.dataset.tool = pad.tool;
  chart.root.dataset.tool = pad.tool;
  canvas.width = w * ratio;
  canvas.height = h * ratio;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, -l * ratio, -t * ratio);
  pen.fillStyle = getComputedStyle(chart.root).color;
  const shown = new Set((pad.known ?? "~").split("~")[1].match(/.{4}/g) ?? []);
  for (const point of pad.points) {
    const [x, y] = point;
    const word = LETTERS[x >> 6] + LETTERS[x & 63] + LETTERS[y >> 6] + LETTERS[y & 63];
    if (shown.has(word)) continue;
    pen.beginPath();
    pen.arc(...toScreen(plot, ...fromGrid(point)), 3, 0, 2 * Math.PI);
    pen.fill();
  }
  if (chart.cross) {
    const [x, y] = chart.cross;
    pen.strokeStyle = getComputedStyle(chart.root).color;
    pen.strokeRect(x - 4.5, y - 4.5, 9, 9);
    pen.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.moveTo(x + 7 * dx, y + 7 * dy);
      pen.lineTo(x + 14 * dx, y + 14 * dy);
    }
    pen.stroke();
  }
  if (!chart.toolbar) return;
  for (const button of chart.toolbar.querySelectorAll("[data-tool]")) {
    button.hidden = button.dataset.tool === "centres" && !chart.options.pad?.centres;
    button.setAttribute("aria-pressed", String(button.dataset.tool === pad.tool));
  }
  for (const button of chart.toolbar.querySelectorAll("[data-needs]")) {
    button.disabled = pad[button.dataset.needs].length === 0;
  }
  const n = pad.points.length;
  const high = `${chart.toolbar.offsetHeight}px`;
  for (const each of pad.charts) each.root.style.setProperty("--gmm-toolbar", high);
  chart.toolbar.querySelector("output").textContent = n >= pad.limit
    ? `${n} points: the pad is full` : n === 1 ? "1 point" : `${n.toLocaleString("en")} points`;
}
