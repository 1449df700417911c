// What Streamlit runs for every component of ours: it fetches the module that does the work, and says so if
// that cannot be had. ADDRESS is filled in by the server.
export default async function mount(component) {
  let module;
  try {
    module = await import(new URL("ADDRESS", window.location.origin).href);
    await module.ready();
  } catch (problem) {
    component.setTriggerValue("failed", String(problem));
    return undefined;
  }
  return module.show(component);
}
