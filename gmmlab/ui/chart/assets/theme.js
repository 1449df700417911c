// Streamlit's theme, light or dark, as a Plotly template. Read anew for every figure.

export function template(element) {
  const style = getComputedStyle(element);
  const value = name => style.getPropertyValue(`--st-${name}`).trim();
  const text = value("text-color");
  const grid = value("border-color-light") || value("border-color");
  const ground = value("background-color");
  const scale = pixelsOfText() / USUAL;
  const font = { family: value("font"), color: text, size: 13 * scale };
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, tickcolor: grid, color: text,
                 automargin: false };
  const solid = { ...axis, backgroundcolor: ground };
  return {
    layout: {
      meta: { text, grid, ground, scale },
      font,
      paper_bgcolor: "rgba(0,0,0,0)", // WebGL lies below it
      plot_bgcolor: "rgba(0,0,0,0)",
      hoverlabel: { bgcolor: value("secondary-background-color"), bordercolor: grid, font },
      // Where there is a legend, it lies below the picture: legend.js
      legend: { orientation: "h", yref: "container", y: 0, yanchor: "bottom", x: 0, xanchor: "left",
                tracegroupgap: 0, font },
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: solid, yaxis: solid, zaxis: solid },
      colorway: value("chart-categorical-colors").split(","),
    },
  };
}

// On a large screen text is larger, for the back row, and so are the marks of a figure.
export function scaled(figure, { layout: { meta: { scale } } }) {
  if (scale === 1) return figure;
  const { data, layout } = figure;
  const { margin, annotations } = layout;
  const larger = value => (typeof value === "number" ? value * scale
    : value?.length ? Array.from(value, each => each * scale) : value);
  const line = part => (part?.width === undefined ? part : { ...part, width: larger(part.width) });
  const text = part => (part?.size === undefined ? part : { ...part, size: larger(part.size) });
  const mark = ({ size, ...marker }) => ({
    ...marker, ...(size === undefined ? {} : { size: larger(size) }),
    ...(marker.line ? { line: line(marker.line) } : {}),
  });
  return {
    ...figure,
    data: data.map(trace => ({
      ...trace,
      ...(trace.colorbar?.title?.font ? { colorbar: { ...trace.colorbar,
        title: { ...trace.colorbar.title, font: text(trace.colorbar.title.font) } } } : {}),
      ...(trace.line ? { line: line(trace.line) } : {}),
      ...(trace.marker && trace.type !== "bar" ? { marker: mark(trace.marker) } : {}),
    })),
    layout: {
      ...layout,
      ...(margin ? { margin: Object.fromEntries(
        Object.entries(margin).map(([side, width]) => [side, larger(width)])) } : {}),
      ...(annotations ? { annotations: annotations.map(
        note => ({ ...note, ...(note.font ? { font: text(note.font) } : {}) })) } : {}),
    },
  };
}

export const USUAL = 15; // pixels of text on a desk: .streamlit/config.toml

function pixelsOfText() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}
