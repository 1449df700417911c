// Under fingers: one scrolls the page, be it over a picture; two zoom and move the picture.

export const fingers = window.matchMedia("(pointer: coarse)");
const BEGUN = 6; // pixels after which it is seen where a finger goes

// What the styles let the browser do by itself is in chart.css: vertical scrolling.
export function touched(chart, zoomTo) {
  const { plot } = chart;
  const listen = (name, act) => plot.addEventListener(name, act, { capture: true, passive: false });
  let pinch = null, one = null;
  listen("touchstart", event => {
    one = event.touches.length === 1 ? { at: place(plot, event.touches[0]), scrolls: null } : null;
    pinch = event.touches.length === 2 && !chart.options.solid ? begun(plot, event.touches) : null;
    if (pinch) keep(event);
  });
  listen("touchmove", event => {
    if (pinch && event.touches.length === 2) {
      keep(event);
      cancelAnimationFrame(pinch.frame);
      const change = moved(plot, pinch, event.touches);
      pinch.frame = requestAnimationFrame(() => zoomTo(change));
    } else if (one && chart.options.solid) {
      // Plotly's scenes take every finger: those that go up or down are the page's.
      const [x, y] = place(plot, event.touches[0]);
      const [across, along] = [Math.abs(x - one.at[0]), Math.abs(y - one.at[1])];
      if (one.scrolls === null && Math.max(across, along) > BEGUN) one.scrolls = along > across;
      if (one.scrolls !== false) event.stopPropagation();
    }
  });
  for (const name of ["touchend", "touchcancel"]) listen(name, () => { pinch = one = null; });
}

function begun(plot, touches) {
  const { xaxis, yaxis } = plot._fullLayout;
  if (!xaxis?.range || !yaxis?.range) return null;
  const [from, distance] = middle(plot, touches);
  return { from, distance, x: [...xaxis.range], y: [...yaxis.range] };
}

// The ranges in which what lay between the fingers lies between them now.
function moved(plot, pinch, touches) {
  const [at, distance] = middle(plot, touches);
  const factor = pinch.distance / Math.max(1, distance);
  const { xaxis, yaxis } = plot._fullLayout;
  const range = ([low, high], { _offset, _length }, k, up) => {
    const share = place => (up ? 1 - (place - _offset) / _length : (place - _offset) / _length);
    const held = low + share(pinch.from[k]) * (high - low);
    const span = factor * (high - low);
    const first = held - share(at[k]) * span;
    return [first, first + span];
  };
  return { "xaxis.range": range(pinch.x, xaxis, 0, false), "yaxis.range": range(pinch.y, yaxis, 1, true) };
}

function middle(plot, touches) {
  const [[x, y], [u, v]] = [...touches].map(touch => place(plot, touch));
  return [[(x + u) / 2, (y + v) / 2], Math.hypot(x - u, y - v)];
}

function place(plot, { clientX, clientY }) {
  const { left, top } = plot.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

function keep(event) {
  event.preventDefault();
  event.stopPropagation();
}
