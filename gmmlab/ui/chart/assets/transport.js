// Play, pause and seek for figures with frames, by buttons and for other scripts.

export function transport(chart) {
  const { root, plot, figure } = chart;
  const frames = figure.frames ?? [];
  if (!frames.length) {
    chart.transport?.remove();
    chart.transport = undefined;
    return;
  }
  const bar = chart.transport ?? built(chart);
  const [, slider] = bar.children;
  slider.max = frames.length - 1;
  chart.frame = Math.min(chart.frame ?? 0, frames.length - 1);
  chart.show(chart.frame);
  if (bar.parentElement !== root) root.append(bar);
}

function built(chart) {
  const bar = document.createElement("div");
  bar.className = "gmm-transport";
  bar.innerHTML = `<button type="button"></button>
    <input type="range" min="0" step="1" aria-label="Frame"><output></output>`;
  const [button, slider, output] = bar.children;
  let timer = null;
  const names = () => chart.figure.frames.map(frame => frame.name);

  chart.show = index => {
    chart.frame = index;
    slider.value = index;
    output.textContent = names()[index];
    return window.Plotly.animate(chart.plot, [names()[index]], {
      mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: true },
    });
  };
  chart.pause = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  };
  chart.seek = index => {
    chart.pause();
    return chart.show(Math.max(0, Math.min(index, names().length - 1)));
  };
  chart.play = () => {
    chart.pause();
    if (chart.frame >= names().length - 1) chart.show(0);
    button.textContent = "Pause";
    timer = setInterval(() => {
      if (!chart.root.isConnected || chart.frame >= names().length - 1) chart.pause();
      else chart.show(chart.frame + 1);
    }, chart.options.frame_ms);
  };
  button.onclick = () => (timer === null ? chart.play() : chart.pause());
  slider.oninput = () => chart.seek(Number(slider.value));
  chart.pause();
  chart.transport = bar;
  return bar;
}
