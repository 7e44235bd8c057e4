/** An answer as a table: the longest list in it, a row an item. */
import { h } from "./element.js";

/** A table of the first list found, or nothing where there is none. */
export function table(data) {
  const rows = firstList(data)?.map((item) => flat(item?.node && Object.keys(item).length === 1 ? item.node : item));
  if (!rows?.length) return null;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Answer as a table" },
    h("table", {}, h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((name) => h("td", { class: typeof row[name] === "number" ? "number" : null }, words(row[name]))))))));
}

function firstList(value) {
  if (Array.isArray(value)) return value;
  if (value === null || typeof value !== "object") return null;
  for (const inner of Object.values(value)) {
    const found = firstList(inner);
    if (found) return found;
  }
  return null;
}

/** An object whose inner objects' fields stand beside its own, as `actor.label`. */
function flat(value, before = "") {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return { [before || "value"]: value };
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => Object.entries(flat(inner, before ? `${before}.${name}` : name))));
}

function words(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((inner) => (inner !== null && typeof inner === "object" ? Object.values(flat(inner)).map(words).filter(Boolean).join(" · ") : words(inner))).join("; ");
  return typeof value === "number" && !Number.isInteger(value) ? String(Math.round(value * 1000) / 1000) : String(value);
}
