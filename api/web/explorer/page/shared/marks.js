/** Small signs with their words: alignments, strengths, kinds, chips. */
import { h, s } from "./element.js";
import { ALIGNMENTS, BASES, STATUSES, spaced, strength as strengthWords } from "./words.js";

const SHAPES = {
  // An arrow that comes back; one that turns away; a halved circle; a ring with its own centre.
  SELF_SERVING: () => [s("path", { d: "M4.2 10.4a4.6 4.6 0 1 0 .6-4.6", fill: "none", stroke: "currentColor", "stroke-width": 2 }), s("path", { d: "M2 3v5h5z", fill: "currentColor" })],
  AGAINST_INTEREST: () => [s("path", { d: "M3 13 11 5", stroke: "currentColor", "stroke-width": 2, fill: "none" }), s("path", { d: "M7 3h6v6", stroke: "currentColor", "stroke-width": 2, fill: "none" })],
  MIXED: () => [s("circle", { cx: 8, cy: 8, r: 5.5, fill: "none", stroke: "currentColor", "stroke-width": 2 }), s("path", { d: "M8 2.5a5.5 5.5 0 0 1 0 11z", fill: "currentColor" })],
  OWN_CASE: () => [s("circle", { cx: 8, cy: 8, r: 5.5, fill: "none", stroke: "currentColor", "stroke-width": 2 }), s("circle", { cx: 8, cy: 8, r: 2, fill: "currentColor" })],
};

export function alignment(name) {
  return h("span", { class: `alignment ${name}` }, s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, SHAPES[name]()), ALIGNMENTS[name].word);
}

/** A bar and its number. */
export function strength(value) {
  const bar = s(
    "svg",
    { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: "track", y: 3, width: 100, height: 2 }),
    s("rect", { class: "fill", width: Math.max(value * 100, 1), height: 8, rx: 1 }),
  );
  return h("span", { class: "strength" }, bar, h("span", {}, h("span", { class: "unseen" }, "strength "), strengthWords(value)));
}

export function chips(statement) {
  return [
    statement.contested && h("span", { class: "chip contested" }, "contested"),
    statement.status !== "ACCEPTED" && h("span", { class: `chip ${statement.status}` }, STATUSES[statement.status]),
    h("span", { class: "chip" }, BASES[statement.basis]),
    statement.confidenceStated && statement.confidence < 1 && h("span", { class: "chip" }, `confidence ${statement.confidence}`),
  ];
}

export function kind(typename) {
  return h("span", { class: "kind" }, spaced(typename));
}

/** A stretch of line in the form of a relation, for legends. */
export function lineSample(form) {
  return s("svg", { viewBox: "0 0 40 10", "aria-hidden": "true" }, s("path", { class: form, d: "M2 5H38", fill: "none" }));
}
