// A chart that stays: one Plotly element per chart, updated by Plotly.react for as long as its page
// is shown. So zoom, camera and legend survive every change that keeps the figure's `uirevision`.

import { placeHandles, toData } from "./handles.js";
import { drawingPad } from "./pad.js";
import { glideFrom, positions } from "./glide.js";
import { fitLegend, withLegend } from "./legend.js";
import { rove } from "./rove.js";
import { scaled, template, USUAL } from "./theme.js";
import "./menu.js";
import { head } from "./tools.js";
import { fingers, touched } from "./touch.js";
import { transport } from "./transport.js";
import { unpacked } from "./unpack.js";

const PLOTLY = new URL("plotly.js", import.meta.url).href;
export const charts = new Map(); // from the element that Streamlit gave us to what we built in it
let loading = null;

export function ready() {
  loading ??= window.Plotly ? Promise.resolve() : new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = PLOTLY;
    script.onload = resolve;
    script.onerror = () => reject(new Error("plotly.js could not be loaded"));
    document.head.append(script);
  });
  return loading;
}

// Called for every new figure, every change of theme, and every rerun of the page that shows it.
export function show(component) {
  const { data, parentElement } = component;
  const chart = charts.get(parentElement) ?? built(parentElement);
  chart.component = component;
  chart.theme = template(parentElement);
  const seen = [data.slice(0, 16).join(), ...Object.values(chart.theme.layout.meta)];
  if (String(seen) !== chart.seen) {
    chart.seen = String(seen);
    chart.next = data;
    drawNext(chart);
  }
  // Streamlit also calls this when a newer figure overtakes this one, and the chart lives on.
  return () => setTimeout(() => parentElement.isConnected || dispose(chart));
}

// Plotly draws in steps, between which it must not be given another figure, nor lose its element. Of
// the figures that come meanwhile only the newest is drawn.
async function drawNext(chart) {
  if (chart.drawing) return;
  chart.drawing = true;
  try {
    while (chart.next) {
      const data = chart.next;
      chart.next = undefined;
      await draw(chart, unpacked(data));
    }
  } finally {
    chart.drawing = false;
  }
  if (chart.disposed) window.Plotly.purge(chart.plot);
}

function dispose(chart) {
  charts.delete(chart.parentElement);
  window.dispatchEvent(new Event("gmm-charts"));
  chart.observer.disconnect();
  chart.next = undefined;
  chart.disposed = true;
  if (!chart.drawing) window.Plotly.purge(chart.plot);
}

function built(parentElement) {
  const root = parentElement.querySelector(".gmm-chart");
  const plot = document.createElement("div");
  plot.className = "gmm-plot";
  root.append(plot);
  const chart = { root, plot, parentElement, sent: 0 };
  // The element is found by tests and by other scripts, which may play, pause and seek.
  root.gmmlab = chart;
  chart.observer = new ResizeObserver(([{ contentRect: { width, height } }]) => {
    const same = chart.size?.width === width && chart.size?.height === height;
    if (same || !chart.options || width === 0) return;
    chart.size = { width, height };
    refit(chart, chart.size);
  });
  touched(chart, change => window.Plotly.relayout(plot, change));
  plot.addEventListener("keydown", event => moveByKeys(chart, event));
  charts.set(parentElement, chart);
  return chart;
}

function draw(chart, { figure, options }) {
  const { root, plot } = chart;
  const first = chart.options === undefined;
  const before = first ? null : positions(plot);
  chart.options = options;
  chart.figure = figure;
  size(plot, options);
  head(chart, actions(chart));
  plot.tabIndex = 0;
  plot.setAttribute("role", "figure");
  plot.setAttribute("aria-label", options.alt);
  const { data, layout: drawnLayout } = scaled(figure, chart.theme);
  const layout = {
    ...withLegend(chart, drawnLayout, data),
    template: chart.theme,
    uirevision: options.keep,
    ...(fingers.matches && !options.solid ? { dragmode: false } : {}),
    // Known from the observer: to ask would make the browser lay out the page in between.
    ...(chart.size ??= { width: plot.clientWidth, height: plot.clientHeight }),
  };
  keepZoom(chart, layout);
  const drawn = window.Plotly.react(plot, {
    data,
    layout,
    frames: figure.frames,
    config: configured(chart),
  });
  if (first) {
    plot.on("plotly_relayout", change => noteZoom(chart, change));
    plot.on("plotly_relayout", change => follow(chart, change));
    plot.on("plotly_doubleclick", () => showWhole(chart));
    plot.on("plotly_relayouting", change => follow(chart, change));
    plot.on("plotly_click", event => pick(chart, event));
    chart.observer.observe(plot);
  }
  return drawn.then(() => {
    if (chart.disposed) return;
    if (!chart.zoomed) chart.whole = ranges(plot);
    if (before !== null) glideFrom(before, plot);
    fitLegend(chart, charts.values(), refit);
    placeHandles(chart);
    drawingPad(chart);
    transport(chart);
    root.dataset.drawn = String(++chart.sent);
    window.dispatchEvent(new Event("gmm-charts")); // for those who list them: saving.js
  });
}

// `uirevision` keeps a zoom only while the figure's own ranges stay the same, and ours move with the
// shapes in it. So a zoomed chart is given the ranges that it shows, and the way home is our own.
function keepZoom(chart, layout) {
  const { xaxis, yaxis } = layout;
  chart.zoomed = chart.zoomed && chart.kept === layout.uirevision;
  chart.kept = layout.uirevision;
  if (!xaxis?.range || !yaxis?.range) return;
  chart.home = [[...xaxis.range], [...yaxis.range]];
  const [x, y] = chart.zoomed ? ranges(chart.plot) : chart.home;
  const uirevision = chart.sent;
  layout.xaxis = { ...xaxis, range: [...x], uirevision };
  layout.yaxis = { ...yaxis, range: [...y], uirevision };
}

// A plot of another size shows the whole picture anew, if it did: equal units may need other ranges.
function refit(chart, change) {
  const whole = chart.home && !chart.zoomed;
  const [x, y] = whole ? chart.home : [];
  chart.refitting = whole;
  const ranges = whole ? { "xaxis.range": [...x], "yaxis.range": [...y] } : {};
  window.Plotly.relayout(chart.plot, { ...change, ...ranges })
    .finally(() => { chart.refitting = false; });
}

function showWhole(chart) {
  if (chart.options.solid) {
    window.Plotly.relayout(chart.plot, { "scene.camera": chart.figure.layout.scene?.camera ?? null });
  } else if (chart.home) {
    const [x, y] = chart.home;
    window.Plotly.relayout(chart.plot, { "xaxis.range": [...x], "yaxis.range": [...y] });
  } else {
    window.Plotly.relayout(chart.plot, { "xaxis.autorange": true, "yaxis.autorange": true });
  }
}

function noteZoom(chart, change) {
  if (chart.refitting) {
    chart.whole = ranges(chart.plot);
  } else if (Object.keys(change).some(name => /axis\d*\.(auto)?range/.test(name))) {
    chart.zoomed = ranges(chart.plot).some(([low, high], axis) => {
      const [from, to] = chart.whole[axis];
      return Math.abs(low - from) + Math.abs(high - to) > 1e-3 * Math.abs(to - from);
    });
  } else if (!chart.zoomed) {
    chart.whole = ranges(chart.plot);
  }
}

// The ranges that are shown, which equal units can make wider than those that were asked for.
function ranges(plot) {
  const { xaxis, yaxis } = plot._fullLayout;
  return [xaxis, yaxis].map(axis => (axis?.range ? [...axis.range] : [0, 0]));
}

// How high the plot is, the styles compute from the window: see chart.css.
function size(plot, { tall, height, around }) {
  plot.toggleAttribute("data-tall", tall);
  plot.style.setProperty("--gmm-height", `${height / USUAL}rem`);
  plot.style.setProperty("--gmm-around", `${around}px`);
}

// A chart keeps one configuration: Plotly begins anew with another, even with an equal one.
function configured(chart) {
  const { options: { solid, still }, figure } = chart;
  const fixed = figure.layout.dragmode === false && still;
  const described = `${solid} ${fixed}`;
  if (chart.described !== described) {
    chart.described = described;
    chart.config = {
      doubleClick: solid ? "reset" : false, // in the plane it shows the whole picture
      displayModeBar: false, // ours lies above the picture: tools.js
      plotGlPixelRatio: Math.min(2, Math.max(1, window.devicePixelRatio)), // no pixel drawn in vain
      responsive: false, // an observer of the chart's own element does it
      scrollZoom: solid, // in the plane, the wheel scrolls the page
      plotlyServerURL: "", // nothing is ever uploaded
      staticPlot: fixed,
    };
  }
  return chart.config;
}

// What the buttons above the picture do, by their names and titles.
function actions(chart) {
  const zoom = factor => () => {
    const { xaxis, yaxis } = chart.plot._fullLayout;
    if (!xaxis?.range || !yaxis?.range) return;
    window.Plotly.relayout(chart.plot, {
      "xaxis.range": zoomed(xaxis, factor), "yaxis.range": zoomed(yaxis, factor),
    });
  };
  const save = format => () => window.Plotly.downloadImage(onPaper(chart), {
    format, filename: chart.options.filename, scale: format === "png" ? 2 : 1,
    width: chart.plot.clientWidth, height: chart.plot.clientHeight,
  });
  return {
    whole: ["Whole picture", () => showWhole(chart)],
    in: ["Zoom in", zoom(ZOOMS["+"])],
    out: ["Zoom out", zoom(ZOOMS["-"])],
    png: ["Download as PNG", save("png")],
    svg: ["Download as SVG", save("svg")],
  };
}

// A saved picture has a ground. In it WebGL lies above SVG, so that curves must be WebGL where points
// are.
export function onPaper({ plot: { data, layout }, theme }) {
  const { ground } = theme.layout.meta;
  const curves = data.some(trace => trace.type === "scattergl") ? "scattergl" : "scatter";
  return {
    data: data.map(trace => (trace.uid?.startsWith("glide") ? { ...trace, type: curves } : trace)),
    layout: { ...layout, paper_bgcolor: ground },
  };
}

// A click is told to the page: where in the plane it was, and what the thing there knows of itself.
function pick(chart, { points: [point], event }) {
  if (!chart.options.picks || event?.clientX === undefined || !chart.plot._fullLayout.xaxis) return;
  const box = chart.plot.getBoundingClientRect();
  const [x, y] = toData(chart.plot, event.clientX - box.left, event.clientY - box.top);
  chart.component.setTriggerValue("picked", { x, y, about: spelled(point.customdata) });
}

function spelled(value) {
  return ArrayBuffer.isView(value) ? [...value] : value ?? null;
}

// Charts of one group show the same part of the plane, or space from the same side.
function follow(chart, change) {
  if (!chart.options.linked || chart.following || chart.refitting) return;
  if (!Object.keys(change).some(name => /^([xy]axis|scene\.camera)/.test(name))) return;
  cancelAnimationFrame(chart.linking);
  chart.linking = requestAnimationFrame(() => {
    for (const other of charts.values()) {
      if (other === chart || other.options?.linked !== chart.options.linked) continue;
      other.following = true;
      const view = viewOf(chart);
      window.Plotly.relayout(other.plot, view).finally(() => { other.following = false; });
    }
  });
}

function viewOf({ plot: { layout, _fullLayout: { xaxis, yaxis } }, options }) {
  if (options.solid) return { "scene.camera": structuredClone(layout.scene.camera) };
  return { "xaxis.range": [...xaxis.range], "yaxis.range": [...yaxis.range] };
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ZOOMS = { "+": 0.8, "=": 0.8, "-": 1.25 };

// Where there are things to choose, arrows walk over them; else they move the view, + and - zoom, 0 returns to the whole picture.
function moveByKeys(chart, event) {
  const choose = about => chart.component.setTriggerValue("picked", { about: spelled(about) });
  if (rove(chart, event, choose)) return;
  const { xaxis, yaxis } = chart.plot._fullLayout;
  if (event.target !== chart.plot || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!xaxis?.range || !yaxis?.range || chart.figure.layout.dragmode === false) return;
  let change;
  if (event.key in ARROWS) {
    const [dx, dy] = ARROWS[event.key];
    change = { "xaxis.range": shifted(xaxis, 0.1 * dx), "yaxis.range": shifted(yaxis, 0.1 * dy) };
  } else if (event.key in ZOOMS) {
    const factor = ZOOMS[event.key];
    change = { "xaxis.range": zoomed(xaxis, factor), "yaxis.range": zoomed(yaxis, factor) };
  } else if (event.key !== "0") {
    return;
  }
  event.preventDefault();
  if (change) window.Plotly.relayout(chart.plot, change);
  else showWhole(chart);
}

function shifted({ range: [low, high] }, share) {
  return [low + share * (high - low), high + share * (high - low)];
}

function zoomed({ range: [low, high] }, factor) {
  const middle = (low + high) / 2;
  return [middle + factor * (low - middle), middle + factor * (high - middle)];
}
