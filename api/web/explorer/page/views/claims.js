/** The claims, those with both sides first in mind. */
import { ask } from "../shared/api.js";
import { h } from "../shared/element.js";
import { address } from "../shared/router.js";
import { announce, empty, later, more } from "../shared/states.js";
import { count, counted } from "../shared/words.js";

const CLAIMS = `query Claims($contested: Boolean, $after: String) {
  claims(contested: $contested, first: 25, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id text contested quantity unit supportedBy(first: 0) { totalCount } disputedBy(first: 0) { totalCount } } }
  }
}`;
const WHICH = [["", "All"], ["yes", "Contested"], ["no", "Not contested"]];

export function claims({ params, signal }) {
  const chosen = params.contested ?? "";
  const variables = { contested: { yes: true, no: false }[chosen] ?? null, after: null };
  return [
    h("header", { class: "head" }, h("h1", {}, "Claims"), h("p", { class: "lead" }, "What people assert, agree with, question and dispute.")),
    h("nav", { class: "tabs", "aria-label": "Which claims" }, WHICH.map(([key, words]) => h("a", { class: `button${key === chosen ? " strong" : ""}`, "aria-current": key === chosen ? "true" : null, href: address("claims", "", { contested: key }) }, words))),
    h("div", { class: "section" }, later("Reading the claims…", () => ask(CLAIMS, variables, signal), ({ claims: found }) => list(found, variables, signal), signal)),
  ];
}

function list(found, variables, signal) {
  announce(counted(found.totalCount, "claim"));
  if (!found.totalCount) return empty("There is no such claim.", variables.contested ? "No claim has both supporters and opponents." : "The graph holds none.");
  const items = h("ol", { class: "results" });
  let { pageInfo } = found;
  const add = (page) => {
    items.append(...page.edges.map(({ node }) => item(node)));
    ({ pageInfo } = page);
  };
  const next = more("Show more", async () => {
    add((await ask(CLAIMS, { ...variables, after: pageInfo.endCursor }, signal)).claims);
    return pageInfo.hasNextPage;
  });
  add(found);
  next.hidden = !pageInfo.hasNextPage;
  return [h("p", { class: "soft small" }, counted(found.totalCount, "claim")), items, next];
}

function item(node) {
  return h("li", {},
    h("a", { href: address("claim", node.id) }, node.text),
    h("p", { class: "line small soft" },
      node.contested && h("span", { class: "chip contested" }, "contested"),
      h("span", {}, `${count(node.supportedBy.totalCount)} for`), h("span", {}, `${count(node.disputedBy.totalCount)} against`),
      node.quantity !== null && h("span", { class: "number" }, count(node.quantity), " ", node.unit)));
}
