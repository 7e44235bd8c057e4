/** Fields of a bar of filters. What is chosen stands in the address. */
import { calmed, h } from "./element.js";

let made = 0;

/** A bar whose fields call `change` with all their values, by name, as long as its view is there. */
export function filters(label, fields, change, signal) {
  const bar = h("form", { class: "filters", "aria-label": label, submit: (event) => event.preventDefault() }, fields);
  // A field that is taken away tells of its change, too, when nobody is there any more.
  const told = () => signal.aborted || change(Object.fromEntries([...bar.elements].filter(({ name }) => name).map(({ name, value }) => [name, value.trim()])));
  bar.addEventListener("change", told);
  bar.addEventListener("input", calmed(700, (event) => event.target.matches("input[type=text], input[type=search]") && told(), signal));
  return bar;
}

function field(label, control) {
  control.id ||= `field-${(made += 1)}`;
  return h("label", { class: "field", for: control.id }, label, control);
}

export function text(name, label, value = "", extra = {}) {
  return field(label, h("input", { type: "text", name, value, autocomplete: "off", ...extra }));
}

export function select(name, label, value, options) {
  const choices = options.map(([key, words]) => h("option", { value: key, selected: key === value }, words));
  return field(label, h("select", { name }, choices));
}

export function range(name, label, value, { min, max, step }, words = String) {
  const shown = h("span", {}, `${label}: ${words(value)}`);
  const control = h("input", { type: "range", name, min, max, step, value });
  control.addEventListener("input", () => (shown.textContent = `${label}: ${words(control.value)}`));
  return field(shown, control);
}
