/** An entity: what it is, what it gains and loses by, what it says, what others say of it, and on what evidence. */
import { ask } from "../shared/api.js";
import { h, outside } from "../shared/element.js";
import { NAMED, SAID } from "../shared/fragments.js";
import { alignment, strength } from "../shared/marks.js";
import { ontology } from "../shared/ontology.js";
import { balance } from "../shared/balance.js";
import { address } from "../shared/router.js";
import { later, missing, more } from "../shared/states.js";
import { statement } from "../shared/statement.js";
import { count, counted, spaced } from "../shared/words.js";

const ENTITY = `query Entity($id: ID!) {
  node(id: $id) { ...Named ... on Entity { iri description aliases sameAs } }
} ${NAMED}`;
const SHOWN = 4;
// All but those who speak of themselves, of whom a hub has so many that nobody else would be seen.
const OF_OTHERS = ["SELF_SERVING", "AGAINST_INTEREST", "MIXED"];
const CONFLICTS = `query Conflicts($id: String!) {
  own: conflictsOfInterest(actor: $id, first: ${SHOWN}) { totalCount edges { node { ...Short } } }
  about: conflictsOfInterest(target: $id) { totalCount }
  ${OF_OTHERS.map((alignment) => `${alignment}: conflictsOfInterest(target: $id, alignment: ${alignment}, first: ${SHOWN}) { edges { node { ...Short } } }`).join("\n  ")}
}
fragment Short on ConflictOfInterest { actor { ...Named } target { ...Named } alignment strength explanation }
${NAMED}`;
const PAGE = 3;
const MORE = `query More($id: String!, $predicate: String!, $after: String) {
  subject: statements(subject: $id, predicate: $predicate, first: 20, after: $after) { ...Page }
} ${pageFragment()}`;

export async function entity({ id, signal }) {
  const [{ node: found }, { relations }] = await Promise.all([ask(ENTITY, { id }, signal), ontology()]);
  if (!found) return missing("entity", h("a", { href: address("find") }, "Search for it by name"));
  return [head(found), conflicts(found, signal), later("Reading what is said…", () => saidAbout(id, relations, signal), (groups) => sections(found, groups, signal), signal)];
}

function head(found) {
  const known = [...(found.aliases ?? [])];
  const same = (found.sameAs ?? []).map((url) => (outside(url) ? h("a", { href: url, rel: "noreferrer" }, url.replace(/^https?:\/\//, "")) : url));
  return h("header", { class: "head" },
    h("p", { class: "over" }, spaced(found.__typename)),
    h("h1", {}, found.label),
    found.description && h("p", { class: "lead" }, found.description),
    known.length > 0 && h("p", { class: "soft" }, "Also called ", known.join(", ")),
    same.length > 0 && h("p", { class: "soft small" }, "Known elsewhere as ", same.flatMap((one, place) => (place ? [", ", one] : [one]))),
    h("p", { class: "line" }, h("a", { class: "button strong", href: address("graph", found.id) }, "See it in the graph"), h("a", { class: "button", href: address("conflicts", "", { actor: found.id }) }, "Conflicts of interest")));
}

function conflicts(found, signal) {
  const rank = ({ node }) => Math.round(node.strength * 1e9); // strengths that differ by less are equal, and stay in their order
  const list = ({ edges, totalCount }, params, words) => edges.length > 0 && h("section", {},
    h("h3", {}, words),
    h("ol", { class: "results" }, edges.map(({ node }) => h("li", { class: node.alignment },
      h("p", {}, node.explanation), h("p", { class: "line" }, alignment(node.alignment), strength(node.strength))))),
    h("a", { href: address("conflicts", "", params) }, totalCount > edges.length ? `All ${count(totalCount)}, with what they rest on` : "What they rest on"));
  return section("Conflicts of interest", later("Looking for conflicts of interest…", () => ask(CONFLICTS, { id: found.id }, signal), ({ own, about, ...aligned }) => {
    if (!own.totalCount && !about.totalCount) return h("p", { class: "soft" }, "None is known.");
    const others = OF_OTHERS.flatMap((name) => aligned[name].edges).sort((one, other) => rank(other) - rank(one));
    return h("div", { class: "columns" }, list(own, { actor: found.id }, `Of ${found.label}`), list({ ...about, edges: others.slice(0, SHOWN) }, { target: found.id }, `Of others, about ${found.label}`));
  }, signal));
}

function pageFragment() {
  return `fragment Page on StatementConnection { totalCount pageInfo { hasNextPage endCursor } edges { node { ...Said } } } ${SAID}`;
}

/** Statements of each relation from it and to it, one request for each side. */
async function saidAbout(id, relations, signal) {
  const all = [...relations.values()];
  const side = (end) => {
    const fields = all.map(({ name }, number) => `r${number}: statements(${end}: $id, predicate: "${name}", first: ${PAGE}) { ...Page }`);
    return ask(`query Side($id: String!) { ${fields.join("\n")} } ${pageFragment()}`, { id }, signal);
  };
  const [from, to] = await Promise.all([side("subject"), side("object")]);
  return all.flatMap((relation, number) => [
    { relation, end: "subject", title: relation.label, page: from[`r${number}`] },
    // Of a relation that holds both ways, either side has all.
    !relation.symmetric && { relation, end: "object", title: relation.inverseLabel, page: to[`r${number}`] },
  ]).filter((group) => group && group.page.totalCount);
}

function sections(found, groups, signal) {
  const of = (chosen) => groups.filter(chosen);
  const parts = [
    ["Interests", of(({ relation }) => relation.form === "interest"), "Nothing is known to gain or lose by."],
    ["Stances", of(({ relation, end }) => relation.form === "stance" && end === "subject"), "No stand is known."],
    [`What others say of ${found.label}`, of(({ relation, end }) => relation.form === "stance" && end === "object"), "Nobody is known to take a stand."],
    [`Claims that bear on ${found.label}`, of(({ relation }) => relation.form === "bearing"), "None is known to favour or harm."],
    ["What else is stated", of(({ relation }) => relation.form === "plain"), ""],
  ];
  return [
    ...parts.map(([title, shown, none]) => (shown.length || none) && section(title, shown.length ? h("div", { class: "columns" }, shown.map((group) => groupList(group, found, signal))) : h("p", { class: "soft" }, none))).filter(Boolean),
    gains(found, signal),
    sources(groups),
  ];
}

function section(title, ...inside) {
  return h("section", { class: "section" }, h("header", {}, h("h2", {}, title)), inside);
}

function groupList({ relation, end, title, page }, found, signal) {
  const list = h("ul", { class: "statements" });
  const add = ({ edges }) => list.append(...edges.map(({ node }) => h("li", {}, statement(node))));
  add(page);
  let { pageInfo } = page;
  const next = pageInfo.hasNextPage && more(["Show more", h("span", { class: "unseen" }, ` of ${title}`)], async () => {
    const query = MORE.replace("subject: statements(subject:", `subject: statements(${end}:`);
    const { subject: brought } = await ask(query, { id: found.id, predicate: relation.name, after: pageInfo.endCursor }, signal);
    add(brought);
    ({ pageInfo } = brought);
    return pageInfo.hasNextPage;
  });
  return h("section", { class: "stack" }, h("h3", {}, title, " ", h("span", { class: "soft number" }, count(page.totalCount))), list, next);
}

/** Asked for when it is opened: it walks far. */
function gains(found, signal) {
  const fold = h("details", {}, h("summary", {}, `Who else gains or loses when ${found.label} gains?`), h("div", {}));
  fold.addEventListener("toggle", () => fold.lastChild.childElementCount || fold.lastChild.append(balance(found.id, signal)));
  return section("Who stands to gain", fold);
}

function sources(groups) {
  const documents = new Map(groups.flatMap(({ page }) => page.edges).flatMap(({ node }) => node.evidence).map(({ document }) => [document.id, document]));
  if (!documents.size) return null;
  return section("Sources", h("p", { class: "soft small" }, `${counted(documents.size, "document")} behind what is shown here`), h("ul", { class: "stack" }, [...documents.values()].slice(0, 30).map((document) =>
    h("li", {}, h("a", { href: address("document", document.id) }, document.title ?? document.label), h("span", { class: "soft small" }, [document.publisher, document.published].filter(Boolean).map((part) => ` · ${part}`))))));
}
