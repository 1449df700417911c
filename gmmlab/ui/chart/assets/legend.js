// A legend lies below its picture, which keeps just the space for it that it needs. Charts of one
// group keep as much as the one that needs most: their pictures stay of one size.

// The layout with room for the legend that the chart had last, or is likely to have.
export function withLegend(chart, layout, traces) {
  const { margin = {} } = layout;
  chart.margin = { t: margin.t ?? 0, b: margin.b ?? 0 };
  chart.room ??= traces.some(trace => trace.showlegend) ? 24 : 0;
  heighten(chart);
  return { ...layout, margin: { ...margin, b: chart.margin.b + chart.room } };
}

// `refit` draws a chart anew whose plot has another size.
export function fitLegend(chart, charts, refit) {
  const { linked } = chart.options;
  chart.needs = needed(chart.plot);
  const group = linked ? [...charts].filter(other => other.options?.linked === linked) : [chart];
  const room = Math.max(...group.map(other => other.needs ?? 0));
  for (const other of group) {
    if (other.room === room || other.needs === undefined) continue;
    other.room = room;
    heighten(other);
    refit(other, { "margin.b": other.margin.b + room });
  }
}

// The plot itself keeps its height, whatever lies around it: see chart.css.
function heighten({ plot, margin: { t, b }, room }) {
  plot.style.setProperty("--gmm-margins", `${t + b + room}px`);
}

function needed(plot) {
  const { showlegend, legend } = plot._fullLayout;
  return showlegend && legend?._height ? Math.ceil(legend._height) : 0;
}
