// Streamlit's theme, light or dark, as a Plotly template. Read anew for every figure.

export function template(element) {
  const style = getComputedStyle(element);
  const value = name => style.getPropertyValue(`--st-${name}`).trim();
  const text = value("text-color");
  const grid = value("border-color-light") || value("border-color");
  const ground = value("background-color");
  const font = { family: value("font"), color: text, size: 12 };
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, tickcolor: grid, color: text,
                 automargin: false };
  const solid = { ...axis, backgroundcolor: ground };
  return {
    layout: {
      meta: { text, grid, ground },
      font,
      paper_bgcolor: "rgba(0,0,0,0)", // WebGL lies below it
      plot_bgcolor: "rgba(0,0,0,0)",
      hoverlabel: { bgcolor: value("secondary-background-color"), bordercolor: grid, font },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: faint(text), activecolor: value("primary-color") },
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: solid, yaxis: solid, zaxis: solid },
      colorway: value("chart-categorical-colors").split(","),
    },
  };
}

function faint(color) {
  const [r, g, b] = color.match(/\w\w/g)?.map(pair => parseInt(pair, 16)) ?? [128, 128, 128];
  return `rgba(${r},${g},${b},0.45)`;
}
