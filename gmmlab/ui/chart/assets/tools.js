// The line above a picture: its title, and buttons to look closer and to save it. They have a line
// of their own, so that nothing ever lies over data.

const ICONS = {
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  in: "M12 5v14M5 12h14",
  out: "M5 12h14",
};

export function head(chart, actions) {
  const { root, options: { title, solid }, figure } = chart;
  const fixed = figure.layout.dragmode === false;
  const line = chart.head ?? built(chart, actions);
  const [words, bar] = line.children;
  words.textContent = title ?? "";
  bar.hidden = fixed;
  line.hidden = fixed && !title;
  for (const button of bar.children) {
    button.hidden = solid && ["in", "out"].includes(button.dataset.action);
  }
  if (line.parentElement !== root) root.prepend(line);
}

function built(chart, actions) {
  const line = document.createElement("div");
  line.className = "gmm-head";
  const words = document.createElement("strong");
  const bar = document.createElement("div");
  bar.className = "gmm-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Look closer, save");
  line.append(words, bar);
  for (const [action, [title, act]] of Object.entries(actions)) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.action = action;
    button.title = title;
    button.setAttribute("aria-label", title);
    button.tabIndex = bar.children.length ? -1 : 0; // one stop for all, arrows between them
    button.innerHTML = ICONS[action]
      ? `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[action]}"/></svg>`
      : action.toUpperCase();
    button.onclick = act;
    bar.append(button);
  }
  bar.onkeydown = event => walk(bar, event);
  chart.head = line;
  return line;
}

function walk(bar, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const buttons = [...bar.children].filter(button => !button.hidden);
  const at = buttons.indexOf(document.activeElement);
  const next = buttons[(at + step + buttons.length) % buttons.length];
  for (const button of bar.children) button.tabIndex = button === next ? 0 : -1;
  next.focus();
  event.preventDefault();
  event.stopPropagation();
}
