// On a phone the sidebar lies over the page: it closes when a page was chosen in it.

const narrow = window.matchMedia("(max-width: 640px)");

document.addEventListener("click", event => {
  if (!narrow.matches || !event.target.closest?.('[data-testid="stSidebarNavLink"]')) return;
  setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click());
});
