/** The keys of each view, and the help that lists them. */
import { h } from "./element.js";

/** What each key does, by view; a view's hints and the help are made of this. */
const KEYS = {
  everywhere: ["Everywhere", [["/", "to the search"], ["?", "these keys"], ["Esc", "closes them"]]],
  graph: ["In the graph", [
    ["← ↑ → ↓", "to the next node"], ["Enter", "chooses, opens a bubble"], ["l", "round the lines of a node"], ["e", "expands"], ["c", "collapses"],
    ["p", "pins"], ["+ −", "larger, smaller"], ["0", "shows all"]]],
  review: ["Proposed statements", [
    ["j", "next"], ["k", "the one before"], ["a", "accepts"], ["r", "rejects"], ["e", "edits its ends or its relation"], ["l", "links its ends to what is known"],
    ["m", "merges one of them with another"], ["w", "writes a reason"]]],
  merge: ["Entities that may be one", [
    ["j", "next"], ["k", "the one before"], ["m", "merges: they are one"], ["s", "keeps them apart"], ["n", "names two others"], ["w", "writes a reason"]]],
  ask: ["Ask", [["Ctrl Enter", "asks"]]],
};

const written = (keys) => keys.split(" ").flatMap((key, place) => (place ? [" ", h("kbd", {}, key)] : [h("kbd", {}, key)]));

/** The keys of a view in a line of hints. */
export function keyHints(view, attributes = {}) {
  const [, keys] = KEYS[view];
  return h("p", { class: "small soft keys", ...attributes }, keys.map(([key, does]) => h("span", {}, written(key), ` ${does}`)));
}

/** Whether a key is meant for something else: a field, the browser, the help. */
export function meantElsewhere(event) {
  return Boolean(event.target.closest?.("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]"));
}

export function showKeys() {
  const dialog = h("dialog", { class: "help", "aria-labelledby": "help-title", close: () => dialog.remove() },
    h("header", {}, h("h2", { id: "help-title" }, "Keys"), h("button", { type: "button", click: () => dialog.close() }, "Close")),
    h("div", { class: "columns" }, Object.values(KEYS).map(([title, keys]) => h("section", { class: "stack" }, h("h3", {}, title),
      h("dl", { class: "facts" }, keys.map(([key, does]) => [h("dt", {}, written(key)), h("dd", {}, does)]))))));
  document.body.append(dialog);
  dialog.showModal();
}
