/** Two entities that are one, side by side: what each is called and what is said of it, then the decision. */
import { ask } from "./api.js";
import { h } from "./element.js";
import { NAMED } from "./fragments.js";
import { announce, empty, failed } from "./states.js";
import { thing } from "./thing.js";
import { counted, spaced } from "./words.js";

const LOOK = `query Look($one: String!, $other: String!) { one: entity(name: $one) { ...Whole } other: entity(name: $other) { ...Whole } }
fragment Whole on Entity { ...Named iri description aliases sameAs statements(first: 6) { totalCount edges { node { id text __typename } } } }
${NAMED}`;
const MERGE = `mutation Merge($one: String!, $other: String!, $why: String!) {
  mergeEntities(input: { one: $one, other: $other, why: $why }) { entity { ...Named } errors { message } }
} ${NAMED}`;
const SPLIT = `mutation Split($one: String!, $other: String!, $why: String!) {
  splitEntities(input: { one: $one, other: $other, why: $why }) { entities { ...Named } errors { message } }
} ${NAMED}`;

export function mergeForm(signal) {
  const [one, other, why] = [["One", "one"], ["The other", "other"], ["Reason", "reason"]].map(([words, id]) => {
    const input = h("input", { type: "text", id, autocomplete: "off", placeholder: id === "reason" ? "why they are one, or are not" : "its name" });
    return { input, field: h("label", { class: "field", for: id }, words, input) };
  });
  const place = h("div", { class: "stack" });
  const names = () => ({ one: one.input.value.trim(), other: other.input.value.trim() });

  async function look(event) {
    event.preventDefault();
    try {
      const found = await ask(LOOK, names(), signal);
      if (!found.one || !found.other) place.replaceChildren(empty("One of them is not known.", "Search for its name as it was entered."));
      else place.replaceChildren(h("div", { class: "columns" }, whole(found.one), whole(found.other)), decision(found.one.id === found.other.id));
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren(failed(error));
    }
  }

  function decision(same) {
    return h("div", { class: "decide" }, why.field,
      same ? h("p", { class: "soft" }, "Both names lead to one entity.") : h("button", { type: "button", class: "strong", click: () => decide(MERGE, "mergeEntities") }, "They are one: merge"),
      h("button", { type: "button", click: () => decide(SPLIT, "splitEntities") }, "They are not: keep apart"));
  }

  async function decide(query, field) {
    try {
      const done = (await ask(query, { ...names(), why: why.input.value.trim() }, signal))[field];
      if (done.errors.length) throw new Error(done.errors.map(({ message }) => message).join(" "));
      const kept = done.entity ? [done.entity] : done.entities;
      place.replaceChildren(h("p", {}, done.entity ? "They are one now: " : "They are kept apart: ", kept.flatMap((found) => [thing(found), " "])));
      announce(done.entity ? "Merged" : "Kept apart");
    } catch (error) {
      if (error.name !== "AbortError") place.append(failed(error));
    }
  }

  return h("div", { class: "stack" },
    h("form", { class: "filters", "aria-label": "Which two", submit: look }, one.field, other.field, h("button", {}, "Look at both")), place);
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
