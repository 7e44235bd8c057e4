/** The queue of proposals, and of entities that may be one, for those with a token: keys decide. */
import { ask, token } from "../shared/api.js";
import { h } from "../shared/element.js";
import { SAID } from "../shared/fragments.js";
import { address } from "../shared/router.js";
import { announce, empty, failed, later } from "../shared/states.js";
import { evidence, meta, sentence } from "../shared/statement.js";
import { counted } from "../shared/words.js";
import { correctingForm } from "../shared/correcting.js";
import { mergeForm } from "../shared/merging.js";

const QUEUE = `query Queue($after: String) {
  statements(status: [PROPOSED], first: 30, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ...Said } } }
} ${SAID}`;
const DECIDE = `mutation Decide($statement: String!, $status: Status!, $why: String!) {
  reviewStatement(input: { statement: $statement, status: $status, why: $why }) {
    statement { id status } errors { message }
  }
}`;
const KEYS = { a: "ACCEPTED", r: "REJECTED" };
const WORDS = { ACCEPTED: "accepted", REJECTED: "rejected" };

export function review({ params, signal }) {
  const merging = params.what === "merge";
  const tab = (what, words) => h("a", { class: `button${(params.what ?? "") === what ? " strong" : ""}`, "aria-current": (params.what ?? "") === what ? "true" : null, href: address("review", "", { what }) }, words);
  return [
    h("header", { class: "head" }, h("h1", {}, "Review"),
      h("p", { class: "lead" }, "What was proposed and waits for somebody’s decision. Nothing is deleted: each decision is kept with its reason and the name of who made it.")),
    tokenForm(),
    h("nav", { class: "tabs", "aria-label": "Queues" }, tab("", "Proposed statements"), tab("merge", "Entities that may be one")),
    h("div", { class: "section" }, merging ? mergeForm(signal) : later("Reading the queue…", () => ask(QUEUE, {}, signal), ({ statements }) => queue(statements, signal), signal)),
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
  } }, h("label", { class: "field", for: "token" }, "Token of a reviewer or editor", input), h("button", {}, "Use it"), known);
}

function queue(found, signal) {
  if (!found.totalCount) return empty("Nothing waits.", "Statements that extraction proposes come here. Try again after the next import.");
  let waiting = found.edges.map(({ node }) => node);
  let total = found.totalCount;
  let page = found.pageInfo;
  let place = 0;
  const list = h("ol", { class: "queue-list", "aria-label": "Proposals" });
  const pane = h("section", { class: "card", "aria-label": "The proposal", tabindex: -1 });
  const number = h("p", { class: "soft small" });
  const why = h("input", { type: "text", id: "why", value: "", placeholder: "why, in words", autocomplete: "off" });

  function show(focus = false) {
    place = Math.max(0, Math.min(place, waiting.length - 1));
    number.textContent = `${counted(total, "proposal")} wait${total === 1 ? "s" : ""}`;
    list.replaceChildren(...waiting.map((said, at) => h("li", {}, h("button", { type: "button", "aria-current": String(at === place), click: () => { place = at; show(true); } }, said.text))));
    const said = waiting[place];
    if (!said) {
      pane.replaceChildren(empty("All of these are decided.", page.hasNextPage ? "Load the page again for more." : "Nothing waits any more."));
      return;
    }
    pane.replaceChildren(sentence(said), meta(said), ...evidence(said), decisions(said));
    list.children[place].scrollIntoView({ block: "nearest" });
    if (focus) list.children[place].firstChild.focus();
  }

  function decisions(said) {
    const button = (status, words, key) => h("button", { type: "button", class: status === "ACCEPTED" ? "strong" : null, click: () => decide(said, status) }, words, " ", h("kbd", { "aria-hidden": "true" }, key));
    return h("div", { class: "decide" }, h("label", { class: "field", for: "why" }, "Reason", why), button("ACCEPTED", "Accept", "a"), button("REJECTED", "Reject", "r"),
      h("button", { type: "button", click: () => correct(said) }, "Correct ", h("kbd", { "aria-hidden": "true" }, "c")),
      h("a", { class: "button", href: address("statement", said.id) }, "Who supports or disputes it"));
  }

  async function decide(said, status) {
    try {
      const { reviewStatement } = await ask(DECIDE, { statement: said.id, status, why: why.value.trim() || `${WORDS[status]} in the explorer` }, signal);
      if (reviewStatement.errors.length) throw new Error(reviewStatement.errors.map(({ message }) => message).join(" "));
    } catch (error) {
      if (error.name !== "AbortError") pane.append(failed(error));
      return;
    }
    await decided(said, `${WORDS[status]}: ${said.text}`);
  }

  async function correct(said) {
    pane.querySelector("form")?.remove();
    const wrong = (error) => pane.append(failed(error));
    pane.append(await correctingForm(said, { done: (text) => decided(said, `accepted: ${text}`), failed: wrong, signal }));
    pane.querySelector("form input").focus();
  }

  async function decided(said, told) {
    waiting = waiting.filter((other) => other !== said);
    total -= 1;
    why.value = "";
    announce(told);
    if (!waiting.length && page.hasNextPage) {
      const { statements } = await ask(QUEUE, {}, signal);
      waiting = statements.edges.map(({ node }) => node);
      ({ totalCount: total, pageInfo: page } = statements);
    }
    show(true);
  }

  const keys = (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || event.key === "k") {
      place += event.key === "j" ? 1 : -1;
      show(true);
    } else if (KEYS[event.key] && waiting[place]) decide(waiting[place], KEYS[event.key]);
    else if (event.key === "c" && waiting[place]) correct(waiting[place]);
    else if (event.key === "e" && waiting[place]) why.focus();
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", keys, { signal });
  show();
  return [
    number,
    h("div", { class: "queue" }, list, pane),
    h("p", { class: "small soft section" }, h("kbd", {}, "j"), " next, ", h("kbd", {}, "k"), " the one before, ", h("kbd", {}, "a"), " accept, ", h("kbd", {}, "r"), " reject, ", h("kbd", {}, "c"), " correct its ends or its relation, ", h("kbd", {}, "e"), " write a reason"),
  ];
}
