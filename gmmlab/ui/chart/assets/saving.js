// The page's charts as files: a line for each, with a button for each kind. Nothing leaves the browser.

import { charts, onPaper, ready as plotly } from "./chart.js";

const KINDS = {
  PNG: ["as a picture of pixels", chart => image(chart, "png")],
  SVG: ["as a picture of lines", chart => image(chart, "svg")],
  HTML: ["as an interactive page that works offline, about 5 MB", page],
};
const lists = new Map(); // from the element that Streamlit gave us to what we built in it

export const ready = plotly;

export function show({ parentElement }) {
  const root = parentElement.querySelector(".gmm-saving");
  lists.set(parentElement, root);
  list(root);
  return () => setTimeout(() => parentElement.isConnected || lists.delete(parentElement));
}

// A chart that comes, changes or goes says so.
window.addEventListener("gmm-charts", () => { for (const root of lists.values()) list(root); });

function list(root) {
  const shown = [...charts.values()]
    .filter(chart => chart.options && chart.root.isConnected)
    .sort((one, other) => (
      one.root.compareDocumentPosition(other.root) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  const about = shown.map(chart => chart.options.alt).join("\n");
  if (root.dataset.about === about) return;
  root.dataset.about = about;
  root.replaceChildren(...shown.map((chart, place) => line(chart, place + 1)));
}

function line(chart, place) {
  const row = document.createElement("div");
  const words = document.createElement("span");
  const name = chart.options.title || chart.options.alt;
  words.textContent = name;
  words.title = chart.options.alt;
  row.append(words, ...Object.entries(KINDS).map(([kind, [help, make]]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind;
    button.title = `Save ${help}`;
    button.setAttribute("aria-label", `${kind} of picture ${place}: ${name}`);
    button.onclick = async () => {
      button.disabled = true;
      try {
        download(await make(chart), `${chart.options.filename}-${place}.${kind.toLowerCase()}`);
      } finally {
        button.disabled = false;
      }
    };
    return button;
  }));
  return row;
}

function image(chart, format) {
  const { clientWidth: width, clientHeight: height } = chart.plot;
  const scale = format === "png" ? 2 : 1;
  return window.Plotly.toImage(onPaper(chart), { format, width, height, scale });
}

// A page with the chart, plotly.js and a policy that lets it ask nobody for anything.
async function page(chart) {
  const script = await (await fetch(new URL("plotly.js", import.meta.url))).text();
  const { data, layout } = onPaper(chart);
  const { title, alt } = chart.options;
  const { width, height, uirevision, ...free } = layout;
  const frames = chart.figure.frames ?? [];
  const figure = {
    data,
    layout: { ...free, autosize: true, ...(frames.length ? transport(frames) : {}) },
    frames,
    config: { displaylogo: false, responsive: true, scrollZoom: true, plotlyServerURL: "",
              modeBarButtonsToRemove: ["sendChartToCloud"] },
  };
  const policy = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    + "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob:";
  const words = escaped(title ? `${title}: ${alt}` : alt);
  return new Blob([
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n`,
    `<title>${words}</title>\n`,
    `<style>html, body { margin: 0; height: 100%; background: ${chart.theme.layout.meta.ground}; }\n`,
    `#picture { height: 100vh; }</style>\n</head>\n<body>\n`,
    `<div id="picture" role="figure" aria-label="${words}"></div>\n`,
    `<script>`, script, `</script>\n`,
    `<script>Plotly.newPlot("picture", ${literal(figure)});</script>\n</body>\n</html>\n`,
  ], { type: "text/html" });
}

// Play, pause and a slider by Plotly's own means: ours are not in the page.
function transport(frames) {
  const options = { mode: "immediate", transition: { duration: 0 }, fromcurrent: true,
                    frame: { duration: 400, redraw: true } };
  const still = { mode: "immediate", frame: { duration: 0, redraw: true } };
  return {
    updatemenus: [{
      type: "buttons", direction: "left", showactive: false, x: 0, y: 0, xanchor: "left",
      yanchor: "top", pad: { t: 36 },
      buttons: [
        { label: "Play", method: "animate", args: [null, options] },
        { label: "Pause", method: "animate", args: [[null], still] },
      ],
    }],
    sliders: [{
      x: 0.2, len: 0.8, pad: { t: 30 },
      steps: frames.map(({ name }) => ({ label: name, method: "animate", args: [[name], still] })),
    }],
  };
}

// The figure as a JavaScript literal inside a script element: no text of anybody's can end that.
function literal(value) {
  const text = JSON.stringify(value, (_, each) => (
    ArrayBuffer.isView(each) ? Array.from(each, short(each)) : each));
  return text.replace(/[<\u2028\u2029]/g, mark => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function short(array) {
  if (array instanceof Float32Array) return each => (isFinite(each) ? Number(each.toPrecision(8)) : null);
  return each => (isFinite(each) ? each : null);
}

function escaped(text) {
  const marks = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, mark => marks[mark]);
}

function download(made, name) {
  const link = document.createElement("a");
  link.href = typeof made === "string" ? made : URL.createObjectURL(made);
  link.download = name;
  link.click();
  if (made instanceof Blob) setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
