/** Find: search as you type over names, aliases, claims and quotes; without words, where to begin. */
import { ask } from "../shared/api.js";
import { calmed, h } from "../shared/element.js";
import { NAMED } from "../shared/fragments.js";
import { alignment, strength } from "../shared/marks.js";
import { address, keep } from "../shared/router.js";
import { announce, empty, failed, ifSlow, later, waiting } from "../shared/states.js";
import { thing } from "../shared/thing.js";
import { count, counted, shortened, spaced } from "../shared/words.js";

const SEARCH = `query Search($words: String!) {
  search(text: $words, first: 60) { totalCount edges { node { ...Named } text } }
} ${NAMED}`;
const NUMBERS = `{ info { entities claims documents statements { status count } } }`;
const BEGINNING = `query Beginning {
  conflictPairs(first: 5) { totalCount edges { node { actor { ...Named } target { ...Named } alignment strength } } }
} ${NAMED}`;
const CONTESTED = `{ claims(contested: true, first: 5) { totalCount edges { node { id text } } } }`;
/** In a graph with more statements, all conflicts take seconds: they are asked for when somebody wants them. */
const LARGE = 20_000;
const SHORTEST = 2;

export function find({ params, signal }) {
  const rest = h("div", { class: "later" });
  const input = h("input", {
    type: "search", id: "words", value: params.q ?? "", autocomplete: "off", "data-focus": true, spellcheck: false,
    placeholder: "A name, a claim, words of a quote", "aria-describedby": "words-hint",
  });
  let kind = params.kind ?? "";
  let controller = new AbortController();
  signal.addEventListener("abort", () => controller.abort());

  async function look() {
    const words = input.value.trim();
    controller.abort();
    controller = new AbortController();
    if ([...words].length < SHORTEST) {
      rest.removeAttribute("aria-busy");
      rest.replaceChildren(...beginning(signal));
      return;
    }
    // What was found for other words stays for a moment, so that nothing flickers under those who type.
    rest.setAttribute("aria-busy", "true");
    const mine = controller.signal;
    const done = ifSlow(() => mine.aborted || rest.replaceChildren(waiting(`Looking for “${words}”…`)));
    try {
      const { search } = await ask(SEARCH, { words }, mine);
      show(words, search);
    } catch (error) {
      if (error.name !== "AbortError") rest.replaceChildren(failed(error, look));
    }
    done();
    if (mine === controller.signal) rest.removeAttribute("aria-busy");
  }

  function show(words, found) {
    const kinds = Map.groupBy(found.edges, ({ node }) => node.__typename);
    if (kind && !kinds.has(kind)) kind = "";
    const choose = (name) => {
      kind = name;
      keep(address("find", "", { q: input.value.trim(), kind }), signal);
      show(words, found);
    };
    const tab = (name, label, number) =>
      h("button", { type: "button", "aria-pressed": String(kind === name), click: () => choose(name) }, label, h("span", { class: "number" }, count(number)));
    const shown = kind ? kinds.get(kind) : found.edges;
    announce(found.totalCount ? `${counted(found.totalCount, "result")} for ${words}` : `Nothing found for ${words}`);
    if (!found.totalCount) {
      rest.replaceChildren(empty(`Nothing has “${words}”.`, "Try fewer letters, another spelling, or a part of the name. The search looks at names, other names, claims and quotes."));
      return;
    }
    const told = found.totalCount > found.edges.length ? `The best ${found.edges.length} of ${counted(found.totalCount, "result")}` : counted(found.totalCount, "result");
    rest.replaceChildren(
      h("p", { class: "soft" }, told),
      h("div", { class: "tabs", role: "group", "aria-label": "Kinds" }, tab("", "All", found.edges.length), [...kinds].map(([name, edges]) => tab(name, spaced(name), edges.length))),
      h("ol", { class: "results" }, shown.map(({ node, text }) => result(node, text, words))),
    );
  }

  input.addEventListener("input", calmed(180, () => {
    keep(address("find", "", { q: input.value.trim(), kind }), signal);
    look();
  }, signal));
  look();
  return [
    h("section", { class: "hero" },
      h("h1", {}, params.q ? "Find" : "Who stands to gain?"),
      h("p", { class: "lead", id: "words-hint" }, "Look somebody or something up: names, claims and the words of quotes."),
      h("form", { class: "big-search", role: "search", submit: (event) => { event.preventDefault(); look(); } },
        h("label", { class: "unseen", for: "words" }, "Find"), input)),
    rest,
  ];
}

function result(node, text, words) {
  const quoted = node.__typename === "Statement";
  return h("li", {},
    thing({ ...node, label: shortened(node.label, 160) }),
    h("p", { class: "line small soft" }, h("span", {}, spaced(node.__typename)), text !== node.label && h("span", {}, quoted ? "“" : "also ", marked(shortened(text, 220), words), quoted ? "”" : "")));
}

/** A text with the words that were looked for marked, where they stand in it as they were typed. */
function marked(text, words) {
  const place = text.toLowerCase().indexOf(words.toLowerCase());
  if (place < 0) return text;
  const end = place + words.length;
  return [text.slice(0, place), h("mark", {}, text.slice(place, end)), text.slice(end)];
}

function beginning(signal) {
  return [
    later("Counting what there is…", () => ask(NUMBERS, {}, signal), ({ info }) => {
      const held = new Map(info.statements.map(({ status, count: number }) => [status, number]));
      const numbers = [[info.entities, "entity", "entities"], [held.get("ACCEPTED") ?? 0, "statement", "statements"], [info.claims, "claim", "claims"], [info.documents, "document", "documents"]];
      const all = [...held.values()].reduce((sum, number) => sum + number, 0);
      if (!all) return empty("The graph holds nothing yet.", "Build it from a dossier with cuibono build, or look at the bundled one with cuibono demo --serve.");
      return [
        h("dl", { class: "counts" }, numbers.map(([number, one, many]) => h("div", {}, h("dt", {}, number === 1 ? one : many), h("dd", {}, count(number))))),
        h("div", { class: "columns section" }, strongest(all, signal), contested(signal)),
      ];
    }, signal),
  ];
}

function strongest(statements, signal) {
  const title = h("header", {}, h("h2", {}, "Strongest conflicts of interest"));
  const all = h("p", {}, h("a", { href: address("conflicts") }, "All conflicts, with what they rest on"));
  if (statements > LARGE) return h("section", {}, title, h("p", { class: "soft" }, `Ranking all of ${counted(statements, "statement")} takes some seconds.`), all);
  return h("section", {}, title, later("Ranking…", () => ask(BEGINNING, {}, signal), ({ conflictPairs }) => [
    conflictPairs.edges.length
      ? h("ol", { class: "results" }, conflictPairs.edges.map(({ node }) => h("li", { class: node.alignment },
          h("a", { href: address("conflicts", "", { actor: node.actor.id, target: node.target.id }) }, node.actor.label, node.actor.id === node.target.id ? " on itself" : ` → ${node.target.label}`),
          h("p", { class: "line" }, alignment(node.alignment), strength(node.strength)))))
      : empty("No conflict of interest is known."),
    all,
  ], signal));
}

function contested(signal) {
  return h("section", {}, h("header", {}, h("h2", {}, "Contested claims")), later("Looking for what people disagree on…", () => ask(CONTESTED, {}, signal), ({ claims }) => [
    claims.edges.length
      ? h("ol", { class: "results" }, claims.edges.map(({ node }) => h("li", {}, h("a", { href: address("claim", node.id) }, node.text))))
      : h("p", { class: "soft" }, "No claim has both supporters and opponents."),
    claims.totalCount > 0 && h("p", {}, h("a", { href: address("claims", "", { contested: "yes" }) }, `${claims.totalCount === 1 ? "It" : "All"} with both sides`)),
  ].filter(Boolean), signal));
}
