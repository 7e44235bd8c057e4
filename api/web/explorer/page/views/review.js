/** The queue of proposals, and of entities that may be one, for those with a token: keys decide. */
import { ask, token } from "../shared/api.js";
import { correctingForm } from "../shared/correcting.js";
import { h } from "../shared/element.js";
import { SAID } from "../shared/fragments.js";
import { keyHints } from "../shared/keys.js";
import { merging } from "../shared/merging.js";
import { ontology } from "../shared/ontology.js";
import { keyed, nothingWaits, queue, reasonField, unrefused } from "../shared/queue.js";
import { address, go } from "../shared/router.js";
import { announce, later } from "../shared/states.js";
import { evidence, meta, sentence } from "../shared/statement.js";

const QUEUE = `query Queue($same: [String!]) {
  statements(status: [PROPOSED], where: { not: { predicate: $same } }, first: 30) { totalCount pageInfo { hasNextPage } edges { node { ...Said } } }
} ${SAID}`;
const DECIDE = `mutation Decide($statement: String!, $status: Status!, $why: String!) {
  reviewStatement(input: { statement: $statement, status: $status, why: $why }) { errors { message } }
}`;
const WORDS = { ACCEPTED: "accepted", REJECTED: "rejected" };

export function review({ params, signal }) {
  const mergingNow = params.what === "merge";
  const tab = (what, words) => h("a", { class: `button${(params.what ?? "") === what ? " strong" : ""}`, "aria-current": (params.what ?? "") === what ? "true" : null, href: address("review", "", { what }) }, words);
  return [
    h("header", { class: "head" }, h("h1", {}, "Review"),
      h("p", { class: "lead" }, "What was proposed and waits for somebody’s decision. Nothing is deleted: each decision is kept with its reason and the name of who made it.")),
    tokenForm(),
    h("nav", { class: "tabs", "aria-label": "Queues" }, tab("", "Proposed statements"), tab("merge", "Entities that may be one")),
    h("div", { class: "section" }, later("Reading the queue…", () => (mergingNow ? merging(params.one, signal) : proposals(signal)), (found) => found, signal)),
  ];
}

function tokenForm() {
  const input = h("input", { type: "password", autocomplete: "off", value: token.get(), placeholder: "cuibono_…", id: "token" });
  const known = h("span", { class: "small soft" }, token.get() ? "This tab has a token." : "Deciding takes one; reading does not.");
  return h("form", { class: "filters", "aria-label": "Token", submit: (event) => {
    event.preventDefault();
    token.set(input.value.trim());
    known.textContent = token.get() ? "Kept for this tab, until it is closed." : "Forgotten.";
    announce(known.textContent);
    // Whoever has given it goes on with the keys.
    document.activeElement?.blur();
  } }, h("label", { class: "field", for: "token" }, "Token of a reviewer or editor", input), h("button", {}, "Use it"), known);
}

/** Proposed statements; those that say that two are one stand in the other queue. */
async function proposals(signal) {
  const { relations } = await ontology();
  const same = [...relations.values()].filter(({ identifies }) => identifies).map(({ name }) => name);
  const load = () => ask(QUEUE, { same }, signal).then(({ statements }) => statements);
  const reason = reasonField();

  async function decide(said, status) {
    unrefused((await ask(DECIDE, { statement: said.id, status, why: reason.text(`${WORDS[status]} in the explorer`) })).reviewStatement);
    reason.input.value = "";
    await held.decided(said, `${WORDS[status]}: ${said.text}`);
  }

  async function correct(said, linking) {
    const form = await correctingForm(said, { linking, act: held.act, done: (text) => held.decided(said, `accepted: ${text}`), signal });
    if (!held.seen(said)) return;
    held.pane.querySelector("form")?.remove();
    held.pane.append(form);
    form.querySelector("input").focus();
    form.querySelector("input").select();
  }

  const keys = {
    a: (said) => decide(said, "ACCEPTED"), r: (said) => decide(said, "REJECTED"), e: (said) => correct(said, false), l: (said) => correct(said, true),
    m: (said) => go(address("review", "", { what: "merge", one: said.subject.label })),
  };
  const button = (words, key, said, strong) => keyed(words, key, () => held.act(() => keys[key](said)), strong);
  const render = (said) => [sentence(said), meta(said), ...evidence(said),
    h("div", { class: "decide" }, reason.field, button("Accept", "a", said, true), button("Reject", "r", said), button("Edit", "e", said), button("Link", "l", said), button("Merge", "m", said),
      h("a", { class: "button", href: address("statement", said.id) }, "Who supports or disputes it"))];
  const held = queue(await load(), {
    load, label: "Proposals", word: "statement", render, keys, write: () => reason.input.focus(), signal,
    none: nothingWaits("Statements that extraction proposes come here, and leave when they are decided."),
  });
  return [held.element, keyHints("review")];
}
