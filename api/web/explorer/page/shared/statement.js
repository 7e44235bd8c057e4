/** A statement as people read it, and the evidence that it rests on. */
import { ask } from "./api.js";
import { h } from "./element.js";
import { NAMED } from "./fragments.js";
import { chips } from "./marks.js";
import { address } from "./router.js";
import { later } from "./states.js";
import { thing, things } from "./thing.js";
import { count, dates } from "./words.js";

const POSITIONS = `query Positions($id: ID!) {
  node(id: $id) { ... on Statement { supportedBy(first: 6) { ...Side } disputedBy(first: 6) { ...Side } } }
}
fragment Side on PositionConnection { totalCount edges { node { actor { ...Named } } } }
${NAMED}`;

/** A statement with a fold for its evidence. */
export function statement(said, { open = false, answers = true } = {}) {
  const fold = h("details", { open }, h("summary", {}, "Evidence"), h("div", { class: "inside" }));
  if (open) fold.lastChild.append(...evidence(said, answers));
  // Who is for it and against it is asked for when somebody opens it, not for all that stand open.
  else fold.addEventListener("toggle", () => fold.lastChild.childElementCount || fold.lastChild.append(...evidence(said, answers), positions(said)));
  return h("div", { class: "statement" }, sentence(said), meta(said), fold);
}

export function sentence(said) {
  return h("p", { class: "says" }, thing(said.subject), ` ${said.predicate.label} `, thing(said.object));
}

export function meta(said) {
  const by = said.speaker && said.speaker.id !== said.subject.id && h("span", {}, "reported by ", thing(said.speaker));
  const when = dates(said);
  return h(
    "p",
    { class: "line small soft" },
    by,
    said.saidVia && h("span", {}, "on ", thing(said.saidVia)),
    when && h("span", {}, when),
    chips(said),
    h("a", { href: address("statement", said.id) }, h("span", {}, "Details"), h("span", { class: "unseen" }, `: ${said.text}`)),
  );
}

function positions(said) {
  const side = (words, { totalCount, edges }) => totalCount > 0 && h("p", { class: "small" }, words, " ", things(edges.map(({ node }) => node.actor)), totalCount > edges.length && ` and ${count(totalCount - edges.length)} more`);
  return later("Looking who supports it and who disputes it…", () => ask(POSITIONS, { id: said.id }), ({ node }) => {
    const sides = [side("Supported by", node.supportedBy), side("Disputed by", node.disputedBy)].filter(Boolean);
    return sides.length ? sides : h("p", { class: "small soft" }, "Nobody else is known to support or to dispute it.");
  });
}

/** The quotes of a statement, in place. */
export function evidence(said, withAnswer = true) {
  const answers = withAnswer && said.inResponseTo && h("p", { class: "small" }, "In answer to: ", h("a", { href: address("statement", said.inResponseTo.id) }, said.inResponseTo.text));
  const quotes = said.evidence.length ? said.evidence.map(quote) : [h("p", { class: "soft" }, "No quote: it was inferred from other statements.")];
  return [answers, ...quotes].filter(Boolean);
}

/** A quote between what stands before and after it, and where that is. */
export function quote(found) {
  const { document } = found;
  const source = [document.title ?? document.label, document.publisher, document.published].filter(Boolean).join(", ");
  return h(
    "blockquote",
    { class: "quote" },
    h("p", {}, h("span", { class: "around" }, before(found.prefix)), h("mark", {}, found.exact), h("span", { class: "around" }, after(found.suffix))),
    h("cite", {}, h("a", { href: address("document", document.id, { quote: found.id }) }, source || "document"), ": read it in place"),
  );
}

/** What stands before and after a quote, by whole words: it was cut at a number of letters. */
function before(text) {
  return text && `… ${text.replace(/^\S*\s+/, "")}`;
}

function after(text) {
  return text && `${text.replace(/\s+\S*$/, "")} …`;
}
