// What Streamlit runs for every chart: it fetches the module that does the work, and says so if
// that cannot be had. ADDRESS is filled in by the server.
export default async function mount(component) {
  let chart;
  try {
    chart = await import(new URL("ADDRESS", window.location.origin).href);
    await chart.loadPlotly();
  } catch (problem) {
    component.setTriggerValue("failed", String(problem));
    return undefined;
  }
  return chart.show(component);
}
