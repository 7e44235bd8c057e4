/** A document: its text, with the quotes that statements rest on marked in place. */
import { ask } from "../shared/api.js";
import { h, outside } from "../shared/element.js";
import { address } from "../shared/router.js";
import { empty, missing } from "../shared/states.js";
import { counted } from "../shared/words.js";

const DOCUMENT = `query Document($id: ID!, $quote: ID!, $quoted: Boolean!) {
  node(id: $id) { ... on Document {
    __typename id iri label title publisher authors licence url published retrieved language text
    statements(first: 200) { totalCount edges { node { id text evidence { id exact start end document { id } } } } }
  } }
  quote: node(id: $quote) @include(if: $quoted) { ... on Evidence { id exact prefix suffix start end row } }
}`;

export async function documentView({ id, params, signal }) {
  const { node: found, quote } = await ask(DOCUMENT, { id, quote: params.quote ?? "", quoted: Boolean(params.quote) }, signal);
  if (found?.__typename !== "Document") return missing("document", h("a", { href: address("find") }, "Search"));
  const said = found.statements.edges.map(({ node }) => node);
  const text = found.text ? marked(found, said, params.quote) : excerpt(quote);
  requestAnimationFrame(() => document.querySelector("mark.here")?.scrollIntoView({ block: "center" }));
  return [
    h("header", { class: "head" }, h("p", { class: "over" }, "Document"), h("h1", {}, found.title ?? found.label), facts(found)),
    h("div", { class: "reading" }, text,
      h("aside", { class: "stack" }, h("h2", {}, "What is found in it"),
        h("p", { class: "soft small" }, counted(found.statements.totalCount, "statement"), found.statements.totalCount > said.length && `, ${said.length} shown`),
        h("ul", { class: "stack" }, said.map((one) => h("li", { class: "small" }, h("a", { href: address("statement", one.id) }, one.text)))))),
  ];
}

function facts(found) {
  const rows = [
    ["Publisher", found.publisher],
    ["Authors", found.authors.join(", ")],
    ["Published", found.published],
    ["Retrieved", found.retrieved],
    ["Licence", found.licence],
    ["Address", outside(found.url) ? h("a", { href: found.url, rel: "noreferrer" }, found.url) : found.url],
  ].filter(([, value]) => value);
  return rows.length ? h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])) : h("p", { class: "soft" }, "Publisher, author and date are not known.");
}

/** The text with each quote marked; offsets count code points, and quotes may overlap. */
function marked({ id, text }, said, wanted) {
  const letters = [...text];
  const quotes = said.flatMap(({ id: statement, text: words, evidence }) => evidence.filter(({ start, document }) => start !== null && document.id === id).map((one) => ({ ...one, statement, words })));
  const bounds = [...new Set([0, letters.length, ...quotes.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const here = quotes.find((one) => one.id === wanted);
  const pieces = bounds.slice(0, -1).map((start, number) => {
    const end = bounds[number + 1];
    const piece = letters.slice(start, end).join("");
    const over = quotes.filter((one) => one.start <= start && one.end >= end);
    if (!over.length) return piece;
    const chosen = here && here.start <= start && here.end >= end;
    return h("mark", { class: chosen ? "here" : null, title: over.map(({ words }) => words).join("\n") }, piece);
  });
  return h("article", { class: "text", "aria-label": "Text" }, pieces);
}

function excerpt(quote) {
  if (!quote?.exact) return empty("The text is not kept in this graph.", "Its statements keep their quotes: see them at the side.");
  return h("article", { class: "text", "aria-label": "Excerpt" }, "… ", quote.prefix, h("mark", { class: "here" }, quote.exact), quote.suffix, " …");
}
