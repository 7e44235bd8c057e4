/** Starts the explorer: the frame around the views, and which view the address asks for. */
import { ask, Refused } from "./shared/api.js";
import { h } from "./shared/element.js";
import { meantElsewhere, showKeys } from "./shared/keys.js";
import { address, go, route } from "./shared/router.js";
import { announce, empty, failed, waiting } from "./shared/states.js";
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
const PATIENCE = 250;
const PARENTS = { entity: "find", claim: "claims", statement: "find", document: "find" };

const main = document.getElementById("main");
const words = document.getElementById("top-words");
let first = true;

async function show(asked) {
  const load = VIEWS[asked.view];
  document.body.dataset.view = asked.view;
  for (const link of document.querySelectorAll("#views a")) {
    const here = link.dataset.view === (PARENTS[asked.view] ?? asked.view);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  // What was shown before stays for a moment: most views are there at once.
  const slow = setTimeout(() => asked.signal.aborted || main.replaceChildren(waiting("Reading…")), PATIENCE);
  try {
    const made = load ? await (await loaded(load))(asked) : nowhere();
    if (asked.signal.aborted) return;
    main.replaceChildren(...[made].flat().filter(Boolean));
  } catch (error) {
    if (asked.signal.aborted) return;
    // An address that names nothing will not come right by asking again.
    const mistyped = ["BAD_ID", "NOT_FOUND", "INVALID_ARGUMENT"].includes(error.code);
    main.replaceChildren(h("header", { class: "head" }, h("h1", {}, mistyped ? "Nothing stands at this address" : "This cannot be shown")), failed(error, !mistyped && (() => show(asked))));
    if (mistyped) main.append(h("p", { class: "section" }, h("a", { href: address("find") }, "Search for it by name")));
  } finally {
    clearTimeout(slow);
  }
  entitled();
  if (!first) arrive();
  first = false;
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

/** Those who listen hear where they are; those who type go on from there. */
function arrive() {
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  if (main.querySelector("[data-focus]")) main.querySelector("[data-focus]").focus();
  else if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  announce(document.title);
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
