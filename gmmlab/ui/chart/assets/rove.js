// Things in a chart that can be chosen, by keys: the chart is one stop of the Tab key. Left and right
// walk along a curve or a row of a map, up and down to the next one, Enter chooses.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };

// Whether the key was meant for the things in the chart; `choose` is told what the chosen one knows.
export function rove(chart, event, choose) {
  if (!chart.options.roves || event.target !== chart.plot) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const rows = choices(chart.plot);
  if (!rows.length) return false;
  if (event.key in STEPS || event.key === "Home" || event.key === "End") {
    chart.at = moved(rows, chart.at, event.key);
  } else if ((event.key === "Enter" || event.key === " ") && chart.at) {
    choose(within(rows, chart.at).about);
  } else if (event.key === "Escape") {
    chart.at = undefined;
    window.Plotly.Fx.unhover(chart.plot);
  } else {
    return false;
  }
  if (chart.at) show(chart, within(rows, chart.at));
  event.preventDefault();
  return true;
}

// Rows from below, each from the left: the points of a curve, the cells of a row of a map.
function choices(plot) {
  return plot.data.flatMap((trace, curveNumber) => {
    if (!trace.customdata || trace.hoverinfo === "skip") return [];
    if (trace.type !== "heatmap") {
      return [[...trace.customdata].map((about, pointNumber) =>
        ({ curveNumber, pointNumber, about, x: trace.x[pointNumber], words: trace.text[pointNumber] }))];
    }
    return [...trace.customdata].map((row, y) => [...row].map((about, x) =>
      ({ curveNumber, pointNumber: [y, x], about, x: trace.x[x], words: trace.text[y][x] })));
  });
}

function within(rows, [row, column]) {
  const kept = rows[Math.min(row, rows.length - 1)];
  return kept[Math.min(column, kept.length - 1)];
}

function moved(rows, at, key) {
  if (!at) return [0, 0];
  const here = within(rows, at);
  const row = rows.findIndex(each => each.includes(here)), column = rows[row].indexOf(here);
  if (key === "Home") return [row, 0];
  if (key === "End") return [row, rows[row].length - 1];
  const [up, right] = STEPS[key];
  const next = Math.max(0, Math.min(rows.length - 1, row + up));
  if (next === row) return [row, Math.max(0, Math.min(rows[row].length - 1, column + right))];
  // The same K in another curve, which may lack some.
  const far = each => Math.abs(each.x - here.x);
  const nearest = rows[next].reduce((best, each) => (far(each) < far(best) ? each : best));
  return [next, rows[next].indexOf(nearest)];
}

function show(chart, { curveNumber, pointNumber, words }) {
  window.Plotly.Fx.hover(chart.plot, [{ curveNumber, pointNumber }]);
  if (!chart.said) {
    chart.said = document.createElement("output");
    chart.said.className = "gmm-said";
    chart.root.append(chart.said);
  }
  chart.said.textContent = String(words).replaceAll("<br>", ", ");
}
