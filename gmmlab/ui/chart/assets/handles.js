// Centres to take hold of: a button lies over each centre's number. Drag it, or move it with the
// arrow keys and press Enter, and the page is told where it was let go.

let touched = false; // whether any centre has been, in this window: none asks for it any more

const STEP = 4; // pixels per arrow key, five times that with Shift

export function placeHandles(chart) {
  const { plot, options } = chart;
  const wanted = options.handles ?? [];
  chart.handles ??= layer(chart);
  while (chart.handles.children.length > wanted.length) chart.handles.lastChild.remove();
  while (chart.handles.children.length < wanted.length) chart.handles.append(handle(chart));
  put(chart);
  if (chart.placing) return;
  // After zooming or resizing the same places lie elsewhere on the screen.
  chart.placing = () => put(chart);
  for (const event of ["plotly_relayout", "plotly_relayouting"]) plot.on(event, chart.placing);
}

function layer(chart) {
  const div = document.createElement("div");
  div.className = "gmm-handles";
  chart.root.append(div);
  return div;
}

function put(chart) {
  // Asking the browser for the plot's place makes it lay out the page: only if something is there.
  if (chart.handles.children.length) chart.handles.style.top = `${chart.plot.offsetTop}px`;
  [...chart.handles.children].forEach((button, k) => {
    const place = chart.options.handles?.[k];
    if (button.held || !place) return;
    const [x, y] = place;
    const [left, top] = toScreen(chart.plot, x, y);
    const { _offset: l, _length: w } = chart.plot._fullLayout.xaxis;
    const { _offset: t, _length: h } = chart.plot._fullLayout.yaxis;
    button.toggleAttribute("data-asks", k === 0 && !touched && Boolean(chart.options.asks));
    button.hidden = left < l || left > l + w || top < t || top > t + h;
    move(button, left, top);
    button.setAttribute("aria-label",
      `Centre ${k + 1}: arrow keys move it, Enter starts again from there`);
    button.title = `Drag centre ${k + 1}: the models start again from there`;
  });
}

function move(button, left, top) {
  button.at = [left, top];
  button.style.transform = `translate(${left}px, ${top}px)`;
}

function handle(chart) {
  const button = document.createElement("button");
  button.type = "button";
  const index = () => [...chart.handles.children].indexOf(button);
  const take = () => {
    touched = true;
    button.removeAttribute("data-asks");
    button.held = true;
    button.dataset.held = "yes";
    button.textContent = String(index() + 1);
  };
  const letGo = () => {
    button.held = false;
    delete button.dataset.held;
    button.textContent = "";
  };
  const send = () => {
    const [x, y] = toData(chart.plot, ...button.at);
    letGo();
    chart.component.setTriggerValue("moved", { index: index(), x, y });
  };
  button.onpointerdown = event => {
    touched = true;
    button.removeAttribute("data-asks");
    event.preventDefault();
    button.focus({ preventScroll: true });
    button.setPointerCapture(event.pointerId);
    button.from = [event.clientX - button.at[0], event.clientY - button.at[1]];
  };
  button.onpointermove = event => {
    if (!button.hasPointerCapture(event.pointerId)) return;
    take();
    move(button, ...inside(chart.plot, event.clientX - button.from[0],
                           event.clientY - button.from[1]));
  };
  button.onpointerup = () => button.held && send();
  button.onpointercancel = () => { letGo(); put(chart); };
  button.onblur = () => { if (button.held) { letGo(); put(chart); } };
  button.onkeydown = event => {
    const by = (event.shiftKey ? 5 : 1) * STEP;
    const step = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
    if (event.key in step) {
      take();
      const [dx, dy] = step[event.key];
      move(button, ...inside(chart.plot, button.at[0] + dx, button.at[1] + dy));
    } else if (event.key === "Enter" && button.held) {
      send();
    } else if (event.key === "Escape" && button.held) {
      letGo();
      put(chart);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return button;
}

// Pixels from the plot's corner, and back.
export function toScreen(plot, x, y) {
  const { xaxis, yaxis } = plot._fullLayout;
  return [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
}

export function toData(plot, left, top) {
  const { xaxis, yaxis } = plot._fullLayout;
  return [xaxis.p2d(left - xaxis._offset), yaxis.p2d(top - yaxis._offset)];
}

export function inside(plot, left, top) {
  const { xaxis: { _offset: l, _length: w }, yaxis: { _offset: t, _length: h } } = plot._fullLayout;
  return [Math.max(l, Math.min(l + w, left)), Math.max(t, Math.min(t + h, top))];
}
