/** The conflict view: who takes a stand on something they stand to gain or lose by, ranked, each with its proof. */
import { ask } from "../shared/api.js";
import { h } from "../shared/element.js";
import { range, filters, select, text } from "../shared/filters.js";
import { findingInside } from "../shared/finding.js";
import { FOUND } from "../shared/fragments.js";
import { alignment, strength } from "../shared/marks.js";
import { ontology } from "../shared/ontology.js";
import { address, go, keep } from "../shared/router.js";
import { announce, empty, later, more } from "../shared/states.js";
import { ALIGNMENTS, counted, strength as strengthWords } from "../shared/words.js";

const ARGUMENTS = `actor: $actor, target: $target, alignment: $alignment, minStrength: $minStrength, maxHops: $maxHops, asOf: $asOf`;
const VARIABLES = `$actor: String, $target: String, $alignment: Alignment, $minStrength: Float!, $maxHops: Int!, $asOf: PartialDate, $after: String`;
const RANKING = `query Ranking(${VARIABLES}) {
  conflictsOfInterest(${ARGUMENTS}, first: 15, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { ...Found } }
  }
} ${FOUND}`;
const PARTIAL_DATE = "\\d{4}(-\\d{2}(-\\d{2})?)?";

export async function conflicts({ params, signal }) {
  const { relations } = await ontology();
  const change = (given) => go(address("conflicts", "", kept({ ...given, actor: idOr(given.actor, params.actor, shown.actor), target: idOr(given.target, params.target, shown.target) })));
  const [actor, target] = await Promise.all([nameOf(params.actor, signal), nameOf(params.target, signal)]);
  const shown = { actor, target };
  const bar = filters("Which conflicts", [
    text("actor", "Who speaks", shown.actor, { placeholder: "anybody" }),
    text("target", "Of what", shown.target, { placeholder: "anything" }),
    select("alignment", "Which way", params.alignment ?? "", [["", "every way"], ...Object.entries(ALIGNMENTS).map(([key, { word }]) => [key, word])]),
    range("minStrength", "At least", params.minStrength ?? 0.1, { min: 0, max: 1, step: 0.05 }, (value) => strengthWords(Number(value))),
    select("maxHops", "Hops", params.maxHops ?? "3", [1, 2, 3, 4, 5].map((hops) => [String(hops), `up to ${hops}`])),
    text("asOf", "As of", params.asOf ?? "", { placeholder: "2025-01", pattern: PARTIAL_DATE, class: "short", title: "A year, a month or a day: 2025, 2025-01 or 2025-01-31" }),
  ], change, signal);
  const variables = {
    actor: params.actor || null, target: params.target || null, alignment: params.alignment || null,
    minStrength: Number(params.minStrength ?? 0.1), maxHops: Number(params.maxHops ?? 3), asOf: params.asOf || null, after: null,
  };
  const load = () => ask(RANKING, variables, signal).then(({ conflictsOfInterest }) => conflictsOfInterest);
  return [
    h("header", { class: "head" }, h("h1", {}, "Conflicts of interest"),
      h("p", { class: "lead" }, "Who takes a stand on something that they stand to gain or lose by, the strongest first.")),
    bar,
    later(variables.actor || variables.target ? "Ranking…" : "Ranking all conflicts; a large graph takes some seconds…", load, (found) => ranking(found, { ...params }, relations, variables, signal), signal),
  ];
}

/** What to show for an id, or for a name that somebody typed. */
const names = new Map([["", ""]]);

/** Names stand in the fields, ids in the address: two people may have one name. */
async function nameOf(given = "", signal) {
  if (names.has(given)) return names.get(given);
  try {
    const { node } = await ask("query Name($id: ID!) { node(id: $id) { label } }", { id: given }, signal);
    names.set(given, node?.label ?? given);
  } catch (error) {
    if (!["BAD_ID", "NOT_FOUND"].includes(error.code)) throw error;
    names.set(given, given);
  }
  return names.get(given);
}

function idOr(given, before, shown) {
  if (given === shown) return before;
  names.set(given, given); // it was typed
  return given;
}

function kept({ minStrength, maxHops, ...given }) {
  return { ...given, minStrength: Number(minStrength) === 0.1 ? "" : minStrength, maxHops: maxHops === "3" ? "" : maxHops };
}

function ranking(found, params, relations, variables, signal) {
  announce(counted(found.totalCount, "conflict of interest", "conflicts of interest"));
  if (!found.totalCount) {
    return empty("No conflict of interest fits.", "Lower the strength, allow more hops, or look every way.", h("a", { href: address("conflicts") }, "Show all"));
  }
  const list = h("ol", { class: "ranking" });
  let { pageInfo } = found;
  const add = (page) => {
    const before = list.childElementCount;
    const first = page.edges.findIndex(({ node }) => node.alignment !== "OWN_CASE");
    const items = page.edges.map(({ node }, number) => item(node, params, relations, !params.open && before === 0 && number === Math.max(first, 0), signal));
    list.append(...items.map(({ element }) => element));
    items.forEach(({ shown }) => shown());
    ({ pageInfo } = page);
  };
  const next = more("Show more", async () => {
    const before = list.childElementCount;
    add((await ask(RANKING, { ...variables, after: pageInfo.endCursor }, signal)).conflictsOfInterest);
    list.children[before]?.querySelector("button").focus();
    return pageInfo.hasNextPage;
  });
  next.hidden = !pageInfo.hasNextPage;
  // A diagram is drawn for the width of its place, which is known once that is there.
  list.setAttribute("aria-busy", "true");
  requestAnimationFrame(() => {
    add(found);
    list.removeAttribute("aria-busy");
  });
  return [h("p", { class: "soft small" }, counted(found.totalCount, "finding")), list, h("div", { class: "section" }, next)];
}

const keyOf = ({ stance, bearing, target }) => [stance.id, bearing?.id ?? "", target.id].join(".");

/** A finding, and what is to be called once it stands in its place: it opens, where it is to be open. */
function item(finding, params, relations, open, signal) {
  const key = keyOf(finding);
  const inside = h("div", { class: "finding-inside", hidden: true, id: `inside-${key}` });
  const button = h("button", { type: "button", "aria-expanded": "false", "aria-controls": inside.id },
    h("span", { class: "who" }, finding.actor.label, finding.actor.id === finding.target.id ? " on itself" : ` → ${finding.target.label}`),
    h("span", { class: "marks" }, alignment(finding.alignment), strength(finding.strength)),
    h("span", { class: "why" }, finding.explanation));
  const toggle = (wanted, tell) => {
    button.setAttribute("aria-expanded", String(wanted));
    inside.hidden = !wanted;
    if (wanted && !inside.childElementCount) inside.append(...findingInside(finding, inside.parentElement.clientWidth || innerWidth - 60, relations));
    if (tell) keep(address("conflicts", "", { ...params, open: wanted ? key : "" }), signal);
  };
  button.addEventListener("click", () => toggle(inside.hidden, true));
  const element = h("li", { class: `finding ${finding.alignment}` }, h("h2", {}, button), inside);
  return { element, shown: () => (open || params.open === key) && toggle(true, false) };
}
