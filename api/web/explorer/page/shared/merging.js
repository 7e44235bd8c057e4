/** Entities that may be one, side by side: what each is called and what is said of it, then the decision. */
import { ask } from "./api.js";
import { h } from "./element.js";
import { NAMED, SAID } from "./fragments.js";
import { keyHints, meantElsewhere } from "./keys.js";
import { ontology } from "./ontology.js";
import { keyed, nothingWaits, queue, reasonField, unrefused } from "./queue.js";
import { announce, empty, failed, waiting } from "./states.js";
import { evidence } from "./statement.js";
import { thing } from "./thing.js";
import { counted, spaced } from "./words.js";

const WHOLE = `fragment Whole on Entity { ...Named iri description aliases sameAs statements(first: 6) { totalCount edges { node { id text __typename } } } }`;
const QUEUE = `query Queue($same: [String!]) {
  statements(status: [PROPOSED], where: { predicate: $same }, first: 30) { totalCount pageInfo { hasNextPage } edges { node { ...Said } } }
} ${SAID}`;
const PAIR = `query Pair($one: ID!, $other: ID!) { one: node(id: $one) { ...Whole } other: node(id: $other) { ...Whole } } ${WHOLE} ${NAMED}`;
const LOOK = `query Look($one: String!, $other: String!) { one: entity(name: $one) { ...Whole } other: entity(name: $other) { ...Whole } } ${WHOLE} ${NAMED}`;
const DECIDE = `mutation Decide($statement: String!, $status: Status!, $why: String!) {
  reviewStatement(input: { statement: $statement, status: $status, why: $why }) { errors { message } }
}`;
const MERGE = `mutation Merge($one: String!, $other: String!, $why: String!) {
  mergeEntities(input: { one: $one, other: $other, why: $why }) { entity { ...Named } errors { message } }
} ${NAMED}`;
const SPLIT = `mutation Split($one: String!, $other: String!, $why: String!) {
  splitEntities(input: { one: $one, other: $other, why: $why }) { entities { ...Named } errors { message } }
} ${NAMED}`;
const [ONE, APART] = ["They are one: merge", "They are not: keep apart"];

/** The queue of proposed merges, and a form for two that nobody proposed; `named` is filled in already. */
export async function merging(named, signal) {
  const { relations } = await ontology();
  const same = [...relations.values()].filter(({ identifies }) => identifies).map(({ name }) => name);
  const load = () => ask(QUEUE, { same }, signal).then(({ statements }) => statements);
  const byHand = mergeForm(named, signal);
  const first = await load();
  if (named && !document.activeElement?.matches("input, textarea")) requestAnimationFrame(byHand.focus);
  return [proposed(first, load, signal), h("section", { class: "section" }, h("header", {}, h("h2", {}, "Two others")), byHand.element), keyHints("merge")];
}

function proposed(first, load, signal) {
  const reason = reasonField();
  const decide = async (said, status, words) => {
    unrefused((await ask(DECIDE, { statement: said.id, status, why: reason.text(`${words} in the explorer`) })).reviewStatement);
    reason.input.value = "";
    await held.decided(said, `${words}: ${said.text}`);
  };
  const merge = (said) => decide(said, "ACCEPTED", "merged");
  const split = (said) => decide(said, "REJECTED", "kept apart");
  const render = async (said) => {
    const { one, other } = await ask(PAIR, { one: said.subject.id, other: said.object.id }, signal);
    return [h("div", { class: "columns" }, whole(one), whole(other)), h("h3", {}, "Why it was proposed"), ...evidence(said),
      h("div", { class: "decide" }, reason.field, keyed(ONE, "m", () => held.act(() => merge(said)), true), keyed(APART, "s", () => held.act(() => split(said))))];
  };
  const held = queue(first, {
    load, label: "Pairs that may be one", word: "pair", render, signal, keys: { m: merge, s: split }, write: () => reason.input.focus(),
    none: nothingWaits("Pairs that cuibono resolve is not sure of come here. Two that it did not find can be named below."),
  });
  return held.element;
}

function mergeForm(named, signal) {
  const [one, other] = [["One", "one", named], ["The other", "other", ""]].map(([words, id, value]) => {
    const input = h("input", { type: "text", id, value: value ?? "", autocomplete: "off", placeholder: "its name", required: true });
    return { input, field: h("label", { class: "field", for: id }, words, input) };
  });
  const why = h("input", { type: "text", id: "reason", placeholder: "why they are one, or are not", autocomplete: "off" });
  /** What the keys do with the two that are seen; where focus is here, they are never meant for the queue. */
  let keys = {};
  const place = h("div", { class: "stack", tabindex: -1, keydown: (event) => {
    if (meantElsewhere(event) || !["m", "s"].includes(event.key)) return;
    event.stopPropagation();
    keys[event.key]?.();
  } });
  const names = () => ({ one: one.input.value.trim(), other: other.input.value.trim() });
  /** The names that are being looked at or decided; others may be typed meanwhile. */
  let asked = null;

  async function look() {
    const mine = names();
    asked = mine;
    keys = {};
    place.focus({ preventScroll: true });
    place.replaceChildren(waiting(`Reading what is known of ${mine.one} and of ${mine.other}…`));
    try {
      const found = await ask(LOOK, mine, signal);
      if (asked !== mine) return;
      if (!found.one || !found.other) place.replaceChildren(empty("One of them is not known.", "Search for its name as it was entered."));
      else place.replaceChildren(h("div", { class: "columns" }, whole(found.one), whole(found.other)), decision(mine, found.one.id === found.other.id));
      if (place.contains(document.activeElement)) (place.querySelector(".decide button") ?? place).focus();
    } catch (error) {
      if (error.name !== "AbortError" && asked === mine) place.replaceChildren(failed(error, look));
    }
  }

  function decision(seen, same) {
    const merge = () => decide(seen, MERGE, "mergeEntities");
    const split = () => decide(seen, SPLIT, "splitEntities");
    keys = same ? { s: split } : { m: merge, s: split };
    return h("div", { class: "decide", "aria-label": "Decide", role: "group" }, h("label", { class: "field", for: "reason" }, "Reason", why),
      same ? h("p", { class: "soft" }, "Both names lead to one entity.") : keyed(ONE, "m", merge, true), keyed(APART, "s", split));
  }

  /** Decides on the two that are seen, whatever stands in the fields by now, and once. */
  async function decide(seen, query, field) {
    if (place.ariaBusy) return;
    place.ariaBusy = "true";
    place.querySelector(":scope > .state.failed")?.remove();
    try {
      const done = unrefused((await ask(query, { ...seen, why: why.value.trim() || "decided in the explorer" }))[field]);
      const kept = done.entity ? [done.entity] : done.entities;
      announce(done.entity ? "Merged" : "Kept apart");
      if (asked !== seen) return;
      keys = {};
      const within = place.contains(document.activeElement);
      place.replaceChildren(h("p", {}, done.entity ? "They are one now: " : "They are kept apart: ", kept.flatMap((found) => [thing(found), " "])));
      if (within) place.focus({ preventScroll: true });
    } catch (error) {
      if (asked === seen) place.append(failed(error, () => decide(seen, query, field)));
    } finally {
      place.ariaBusy = null;
    }
  }

  addEventListener("keydown", (event) => {
    if (meantElsewhere(event) || event.key !== "n") return;
    event.preventDefault();
    one.input.focus();
  }, { signal });
  const form = h("form", { class: "filters", "aria-label": "Which two", submit: (event) => { event.preventDefault(); look(); } }, one.field, other.field, h("button", {}, "Look at both"));
  return { element: h("div", { class: "stack" }, form, place), focus: () => other.input.focus() };
}

function whole(found) {
  return h("section", { class: "card" }, h("p", { class: "over" }, spaced(found.__typename)), h("h2", {}, thing(found)),
    found.description && h("p", {}, found.description),
    found.aliases.length > 0 && h("p", { class: "small soft" }, "Also called ", found.aliases.join(", ")),
    found.sameAs.length > 0 && h("p", { class: "small soft" }, found.sameAs.join(", ")),
    h("p", { class: "small soft" }, found.iri),
    h("p", { class: "small" }, counted(found.statements.totalCount, "statement")),
    h("ul", { class: "stack small" }, found.statements.edges.map(({ node }) => h("li", {}, thing({ ...node, label: node.text })))));
}
