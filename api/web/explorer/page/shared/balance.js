/** Who gains and who loses: bars to both sides of a middle, each with the path that ties them. */
import { ask } from "./api.js";
import { h, s } from "./element.js";
import { NAMED } from "./fragments.js";
import { empty, later } from "./states.js";
import { thing } from "./thing.js";
import { count, signed } from "./words.js";

const QUERY = `query Gains($of: String!, $first: Int!) {
  beneficiaries(of: $of, first: $first) { totalCount edges { node { entity { ...Named } effect gain explanation } } }
} ${NAMED}`;

/** `of` is the id of a claim or an entity. */
export function balance(of, signal, first = 12) {
  return later("Walking back along the interests…", () => ask(QUERY, { of, first }, signal), ({ beneficiaries: found }) => {
    if (!found.totalCount) return empty("Nobody is known to gain or lose by it.");
    return [
      h("ol", { class: "balance" }, found.edges.map(({ node }) => h("li", {}, thing(node.entity), bar(node.gain), effect(node), h("p", { class: "why" }, node.explanation)))),
      found.totalCount > first && h("button", { type: "button", click: (event) => event.target.closest(".later").replaceWith(balance(of, signal, Math.min(found.totalCount, 200))) }, `Show all ${count(found.totalCount)}`),
    ].filter(Boolean);
  }, signal);
}

function bar(gain) {
  const size = Math.abs(gain) * 50;
  return s("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: gain < 0 ? "fill-lose" : "fill-gain", x: gain < 0 ? 50 - size : 50, y: 1.5, width: size, height: 7 }),
    s("path", { class: "plain", d: "M50 0V10", "vector-effect": "non-scaling-stroke" }));
}

function effect({ gain }) {
  return h("span", { class: `number ${gain < 0 ? "lose" : "gain"}` }, signed(gain), h("span", { class: "unseen" }, gain < 0 ? " loses" : " gains"));
}
