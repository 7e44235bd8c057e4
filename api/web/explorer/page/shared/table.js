/** An answer as tables: one for each list in it, a row an item. */
import { h } from "./element.js";

/** What an answer holds beside its lists, and a table for each list, or nothing where there is no list. */
export function tables(data) {
  const lists = listsIn(data);
  if (!lists.length) return [];
  const facts = Object.entries(flat(withoutLists(data))).filter(([, value]) => value !== null && typeof value !== "object");
  return [
    facts.length > 0 && h("dl", { class: "facts" }, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, words(value))])),
    ...lists.map(([name, rows]) => table(name, rows, lists.length > 1)),
  ].filter(Boolean);
}

function table(name, items, named) {
  const rows = items.map((item) => flat(item?.node && Object.keys(item).length === 1 ? item.node : item));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Answer as a table: ${name}` },
    h("table", {}, named && h("caption", {}, name), h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", class: kind(rows, column) }, column)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column) => h("td", { class: kind(rows, column) }, words(row[column]))))))));
}

/** Numbers stand at the right, under each other. */
function kind(rows, column) {
  return rows.every((row) => ["number", "undefined"].includes(typeof row[column])) ? "number" : null;
}

/** The lists that are not empty, with where they stand; not those within their items. */
function listsIn(value, path = "") {
  if (Array.isArray(value)) return value.length ? [[path, value]] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => listsIn(inner, name === "edges" ? path : [path, name].filter(Boolean).join(".")));
}

function withoutLists(value) {
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !Array.isArray(inner)).map(([name, inner]) => [name, withoutLists(inner)]));
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
