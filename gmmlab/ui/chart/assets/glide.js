// Shapes and centre numbers glide from where they were to where they are: what changed is seen to
// move. The picture itself is drawn at once; only the marks that are matched by name are animated.

const GLIDE = { duration: 350, easing: "cubic-bezier(0.2, 0, 0.2, 1)" };
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// Where the named curves and the annotations of a plot are on the screen now.
export function positions(plot) {
  if (still.matches || plot._fullLayout === undefined) return null;
  const curves = new Map();
  for (const [name, path] of named(plot)) curves.set(name, shown(path));
  return { curves, notes: notes(plot).map(note => note.getBoundingClientRect()),
           width: plot.clientWidth, height: plot.clientHeight };
}

export function glideFrom(before, plot) {
  const resized = before.width !== plot.clientWidth || before.height !== plot.clientHeight;
  if (still.matches || resized || !CSS.supports("d", 'path("M0,0")')) return;
  for (const [name, path] of named(plot)) {
    const from = before.curves.get(name), to = path.getAttribute("d");
    if (from && to && from !== to && from.length < 20_000) {
      path.animate([{ d: `path("${from}")` }, { d: `path("${to}")` }], GLIDE);
    } else if (!from) {
      path.animate([{ opacity: 0 }, { opacity: 1 }], GLIDE);
    }
  }
  notes(plot).forEach((note, k) => {
    const was = before.notes[k], is = note.getBoundingClientRect();
    if (!was || (was.x === is.x && was.y === is.y)) return;
    note.animate([{ transform: `translate(${was.x - is.x}px, ${was.y - is.y}px)` },
                  { transform: "none" }], GLIDE);
  });
}

// The SVG paths of traces that were given a `uid` that begins with "glide".
function* named(plot) {
  for (const { uid } of plot._fullData ?? []) {
    if (!uid?.startsWith("glide")) continue;
    const group = plot.querySelector(`.trace${CSS.escape(uid)}`);
    for (const path of group?.querySelectorAll("path.js-line, .js-fill") ?? []) {
      yield [`${uid} ${path.getAttribute("class")}`, path];
    }
  }
}

// A path in flight is at neither end: begin where it is seen.
function shown(path) {
  const computed = getComputedStyle(path).d?.match(/^path\("(.*)"\)$/);
  return path.getAnimations().length && computed ? computed[1] : path.getAttribute("d");
}

function notes(plot) {
  return [...plot.querySelectorAll("g.annotation")];
}
