/** A statement: who says so, where, when and how surely, who answers, and who is for and against it. */
import { ask } from "../shared/api.js";
import { h } from "../shared/element.js";
import { SAID } from "../shared/fragments.js";
import { chips } from "../shared/marks.js";
import { address } from "../shared/router.js";
import { missing } from "../shared/states.js";
import { evidence, sentence, statement } from "../shared/statement.js";
import { thing } from "../shared/thing.js";
import { count } from "../shared/words.js";

const STATEMENT = `query Statement($id: ID!) {
  node(id: $id) { ... on Statement { ...Said iri
    attributes { label value } derivedFrom { ...Said } responses(first: 20) { edges { node { ...Said } } }
    supportedBy(first: 20) { ...Side } disputedBy(first: 20) { ...Side }
  } }
}
fragment Side on PositionConnection { totalCount edges { node { actor { ...Named } stance { ...Said } } } }
${SAID}`;

export async function statementView({ id, signal }) {
  const { node: found } = await ask(STATEMENT, { id }, signal);
  if (found?.__typename !== "Statement") return missing("statement", h("a", { href: address("find") }, "Search"));
  return [
    h("header", { class: "head" }, h("p", { class: "over" }, "Statement"), h("h1", {}, found.text), sentence(found), h("p", { class: "line" }, chips(found))),
    h("div", { class: "columns" },
      h("section", { class: "stack" }, h("h2", {}, "Evidence"), evidence(found)),
      h("section", { class: "stack" }, h("h2", {}, "What is known of it"), facts(found))),
    positions("Who supports it", found.supportedBy),
    positions("Who disputes it", found.disputedBy),
    others("Inferred from", found.derivedFrom),
    others("Answers", found.responses.edges.map(({ node }) => node)),
  ];
}

function facts(found) {
  const first = found.evidence[0]?.document;
  const rows = [
    ["Says so", found.speaker ? thing(found.speaker) : "the document, in its own voice"],
    found.saidVia && ["Said on", thing(found.saidVia)],
    ["Said", found.statedOn ?? "on an unknown day"],
    ["Holds from", found.validFrom ?? "unknown"],
    ["Holds until", found.validTo ?? "unknown"],
    first?.published && ["Published", first.published],
    ["Confidence", found.confidenceStated ? String(found.confidence) : "1, as nobody stated one"],
    ...found.attributes.map(({ label, value }) => [label, String(value)]),
  ].filter(Boolean);
  return h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]), h("dt", {}, "IRI"), h("dd", { class: "small" }, found.iri));
}

function positions(title, { totalCount, edges }) {
  return totalCount > 0 && h("section", { class: "section" }, h("header", {}, h("h2", {}, title), h("span", { class: "soft number" }, count(totalCount))),
    h("ul", { class: "statements" }, edges.map(({ node }) => h("li", {}, h("h3", {}, thing(node.actor)), statement(node.stance)))));
}

function others(title, found) {
  return found.length > 0 && h("section", { class: "section" }, h("header", {}, h("h2", {}, title)), h("ul", { class: "statements" }, found.map((one) => h("li", {}, statement(one)))));
}
