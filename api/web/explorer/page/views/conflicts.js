/** The conflict view: who takes a stand on something they stand to gain or lose by, ranked, each with its proof. */
import { ask } from "../shared/api.js";
import { h } from "../shared/element.js";
import { range, filters, select, text } from "../shared/filters.js";
import { findingInside } from "../shared/finding.js";
import { FOUND } from "../shared/fragments.js";
import { alignment, strength } from "../shared/marks.js";
import { ontology } from "../shared/ontology.js";
import { address, go } from "../shared/router.js";
import { announce, empty, failed, later } from "../shared/states.js";
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
  const shown = { actor: await nameOf(params.actor, signal), target: await nameOf(params.target, signal) };
  const bar = filters("Which conflicts", [
    text("actor", "Who speaks", shown.actor, { placeholder: "anybody" }),
    text("target", "Of what", shown.target, { placeholder: "anything" }),
    select("alignment", "Which way", params.alignment ?? "", [["", "every way"], ...Object.entries(ALIGNMENTS).map(([key, { word }]) => [key, word])]),
    range("minStrength", "At least", params.minStrength ?? 0.1, { min: 0, max: 1, step: 0.05 }, (value) => strengthWords(Number(value))),
    select("maxHops", "Hops", params.maxHops ?? "3", [1, 2, 3, 4, 5].map((hops) => [String(hops), `up to ${hops}`])),
    text("asOf", "As of", params.asOf ?? "", { placeholder: "2025-01", pattern: PARTIAL_DATE, class: "short", title: "A year, a month or a day: 2025, 2025-01 or 2025-01-31" }),
  ], change);
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

/** Names stand in the fields, ids in the address: two people may have one name. */
async function nameOf(given, signal) {
  if (!given) return "";
  try {
    return (await ask("query Name($id: ID!) { node(id: $id) { label } }", { id: given }, signal)).node?.label ?? given;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return given;
  }
}

const idOr = (given, before, shown) => (given === shown ? before : given);

function kept({ minStrength, maxHops, ...given }) {
  return { ...given, minStrength: Number(minStrength) === 0.1 ? "" : minStrength, maxHops: maxHops === "3" ? "" : maxHops };
}

function ranking(found, params, relations, variables, signal) {
  announce(counted(found.totalCount, "conflict of interest", "conflicts of interest"));
  if (!found.totalCount) {
    return empty("No conflict of interest fits.", "Lower the strength, allow more hops, or look every way.", h("a", { href: address("conflicts") }, "Show all"));
  }
  const list = h("ol", { class: "ranking" });
  const more = h("button", { type: "button" }, "Show more");
  const add = (page) => {
    const before = list.childElementCount;
    const first = page.edges.findIndex(({ node }) => node.alignment !== "OWN_CASE");
    list.append(...page.edges.map(({ node }, number) => item(node, params, relations, !params.open && before === 0 && number === Math.max(first, 0))));
    more.hidden = !page.pageInfo.hasNextPage;
    more.onclick = async () => {
      more.disabled = true;
      try {
        const next = await ask(RANKING, { ...variables, after: page.pageInfo.endCursor }, signal);
        add(next.conflictsOfInterest);
        list.children[page.edges.length]?.querySelector("button").focus();
      } catch (error) {
        if (error.name !== "AbortError") list.after(failed(error));
      }
      more.disabled = false;
    };
  };
  requestAnimationFrame(() => add(found));
  return [h("p", { class: "soft small" }, counted(found.totalCount, "finding")), list, h("p", { class: "section" }, more)];
}

const keyOf = ({ stance, bearing, target }) => [stance.id, bearing?.id ?? "", target.id].join(".");

function item(finding, params, relations, open) {
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
    if (tell) go(address("conflicts", "", { ...params, open: wanted ? key : "" }), { replace: true });
  };
  button.addEventListener("click", () => toggle(inside.hidden, true));
  const element = h("li", { class: `finding ${finding.alignment}` }, h("h2", {}, button), inside);
  if (open || params.open === key) requestAnimationFrame(() => toggle(true, false));
  return element;
}
