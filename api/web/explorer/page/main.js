/** Starts the explorer: the frame around the views, and which view the address asks for. */
import { ask, Refused } from "./shared/api.js";
import { h } from "./shared/element.js";
import { meantElsewhere, showKeys } from "./shared/keys.js";
import { address, go, route } from "./shared/router.js";
import { announce, empty, failed, ifSlow, waiting } from "./shared/states.js";
import { startTheme } from "./shared/theme.js";
import { count, counted } from "./shared/words.js";
import { find } from "./views/find.js";

/** Views are loaded when they are first asked for; the first page needs one. */
const VIEWS = {
  find: async () => find,
  entity: async () => (await import("./views/entity.js")).entity,
  conflicts: async () => (await import("./views/conflicts.js")).conflicts,
  claims: async () => (await import("./views/claims.js")).claims,
  claim: async () => (await import("./views/claim.js")).claim,
  statement: async () => (await import("./views/statement.js")).statementView,
  document: async () => (await import("./views/document.js")).documentView,
  graph: async () => (await import("./views/graph.js")).graph,
  review: async () => (await import("./views/review.js")).review,
  ask: async () => (await import("./views/ask.js")).asking,
};
const PARENTS = { entity: "find", claim: "claims", statement: "find", document: "find" };
/** What a view is called, and what is awaited, as long as it is not known what it shows. */
const AWAITED = {
  entity: ["Somebody or something", "Reading who or what it is…"],
  conflicts: ["Conflicts of interest", "Reading what relations mean…"],
  claim: ["Claim", "Reading who stands for it and who against it…"],
  statement: ["Statement", "Reading what it rests on…"],
  document: ["Document", "Reading its text and what is found in it…"],
  graph: ["Graph", "Reading what stands around it, and finding places for all…"],
  ask: ["Ask", "Reading the examples…"],
};

const main = document.getElementById("main");
const words = document.getElementById("top-words");
let first = true;
/** The view that was shown last. */
let before;

async function show(asked) {
  const { view, signal } = asked;
  document.body.dataset.view = view;
  for (const link of document.querySelectorAll("#views a")) {
    const here = link.dataset.view === (PARENTS[view] ?? view);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.setAttribute("aria-busy", "true");
  const field = fieldWithin();
  // What was shown before stays for a moment: most views are there at once.
  const done = ifSlow(() => signal.aborted || reading(view));
  const shown = await partsOf(asked);
  done();
  if (signal.aborted) return;
  const held = fieldWithin() ?? field;
  main.replaceChildren(...shown);
  main.removeAttribute("aria-busy");
  entitled();
  if (!first && !(before === view && held && goneOn(held))) arrive();
  first = false;
  before = view;
}

/** What a view consists of, or what is said where it cannot be shown. */
async function partsOf(asked) {
  const load = VIEWS[asked.view];
  try {
    const made = load ? await (await loaded(load))(asked) : nowhere();
    return [made].flat().filter(Boolean);
  } catch (error) {
    // An address that names nothing will not come right by asking again.
    const mistyped = ["BAD_ID", "NOT_FOUND", "INVALID_ARGUMENT"].includes(error.code);
    return [
      h("header", { class: "head" }, h("h1", {}, mistyped ? "Nothing stands at this address" : "This cannot be shown")),
      failed(error, !mistyped && (() => show(asked))),
      mistyped && h("p", { class: "section" }, h("a", { href: address("find") }, "Search for it by name")),
    ].filter(Boolean);
  }
}

/** What stands there as long as a view is awaited. */
function reading(view) {
  const [title, what] = AWAITED[view] ?? ["Reading", "Reading…"];
  main.replaceChildren(h("header", { class: "head" }, h("h1", {}, title)), waiting(what));
  entitled();
  announce(what);
}

async function loaded(load) {
  try {
    return await load();
  } catch {
    throw new Refused("The server does not answer. Is it still running?", "UNREACHABLE");
  }
}

function nowhere() {
  return [h("header", { class: "head" }, h("h1", {}, "There is no such view")), empty("The address leads nowhere.", h("a", { href: address("find") }, "Begin with a search"))];
}

/** The field of the view that somebody is in. */
function fieldWithin() {
  const field = document.activeElement;
  return main.contains(field) && field.name ? field : null;
}

/** Puts somebody back into the field they were in, where their view was made anew, with what they typed meanwhile. */
function goneOn(field) {
  const same = main.querySelector(`[name="${CSS.escape(field.name)}"]`);
  if (!same || document.activeElement !== document.body) return false;
  same.focus({ preventScroll: true });
  if (same.type !== "text") return true;
  const { value, selectionStart, selectionEnd } = field;
  if (same.value !== value) {
    same.value = value;
    same.dispatchEvent(new Event("input", { bubbles: true }));
  }
  same.setSelectionRange(selectionStart, selectionEnd);
  return true;
}

/** Those who listen hear where they are; those who type go on from there, unless they type elsewhere by now. */
function arrive() {
  scrollTo(0, 0);
  announce(document.title);
  if (document.activeElement?.matches("input, textarea, select")) return;
  const heading = main.querySelector("h1");
  if (main.querySelector("[data-focus]")) main.querySelector("[data-focus]").focus();
  else if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

/** The title says what is shown, once that is known. */
function entitled() {
  const title = () => {
    const heading = main.querySelector("h1")?.textContent;
    document.title = heading ? `${heading} · Cui bono?` : "Cui bono?";
  };
  title();
  new MutationObserver((_, observer) => {
    if (main.querySelector("h1")) title();
    if (!main.querySelector("[aria-busy]")) observer.disconnect();
  }).observe(main, { childList: true, subtree: true });
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.getElementById("top-search").addEventListener("submit", (event) => {
  event.preventDefault();
  go(address("find", "", { q: words.value.trim() }));
  words.value = "";
  words.blur();
});
addEventListener("keydown", (event) => {
  if (!["/", "?"].includes(event.key) || meantElsewhere(event)) return;
  event.preventDefault();
  if (event.key === "?") showKeys();
  else (main.querySelector("input[type=search]") ?? words).focus();
});
document.getElementById("keys").addEventListener("click", showKeys);
startTheme(document.getElementById("theme"));
route(show);

ask("{ info { software version entities claims documents statements { status count } } }").then(
  ({ info }) => {
    const held = info.statements.reduce((sum, { count: number }) => sum + number, 0);
    document.getElementById("held").replaceChildren(
      `cuibono ${info.software} · version ${count(info.version)} of the graph · ${counted(info.entities, "entity", "entities")}, ` +
        `${counted(held, "statement")}, ${counted(info.claims, "claim")}, ${counted(info.documents, "document")}`,
    );
  },
  () => {},
);
