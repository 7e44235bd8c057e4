/** The graph view: what stands around something, opened step by step. */
import { ask } from "../shared/api.js";
import { h } from "../shared/element.js";
import { legend } from "../shared/finding.js";
import { NAMED } from "../shared/fragments.js";
import { keyHints } from "../shared/keys.js";
import { ontology } from "../shared/ontology.js";
import { address, go, keep } from "../shared/router.js";
import { announce, empty, failed, ifSlow, waiting } from "../shared/states.js";
import { counted } from "../shared/words.js";
import { Drawing } from "../graph/drawing.js";
import { choiceCard, classBoxes, relationBoxes, statusBoxes, timeSlider } from "../graph/panel.js";
import { MOST } from "../graph/overview.js";
import { Picture } from "../graph/picture.js";
import { graphqlText, jsonldText, savePng, saveSvg, turtleText } from "../graph/writing.js";

const LINE = `fragment Line on Statement {
  __typename id iri text basis status statedOn validFrom validTo predicate { name label iri } subject { ...End } object { ...End }
}
fragment End on Node { ...Named iri }
${NAMED}`;
const AROUND = `query Around($of: String!, $depth: Int!, $limit: Int!, $asOf: PartialDate, $status: [Status!]) {
  neighborhood(of: $of, depth: $depth, limit: $limit, asOf: $asOf, status: $status) {
    cut center { ...End } nodes { node { ...End } } statements { ...Line }
  }
} ${LINE}`;
const PATHS_DRAWN = 5;
const PATHS = `query Between($from: String!, $to: String!, $asOf: PartialDate, $status: [Status!]) {
  paths(from: $from, to: $to, first: ${PATHS_DRAWN}, asOf: $asOf, status: $status) {
    totalCount edges { node { hops { from { ...End } to { ...End } statement { ...Line } also { ...Line } } } }
  }
} ${LINE}`;
const LIMITS = ["60", "150", "300", "1000"];
const MOST_DRAWN = 1000;
const listed = (text) => (text ? text.split(",") : []);

export async function graph({ id, params, signal }) {
  if (!id) return beginning(params, signal);
  const asked = { of: id, depth: Number(params.depth ?? 1), limit: Number(params.limit ?? 150), asOf: params.asOf || null, status: ["ACCEPTED", ...listed(params.status)] };
  const opened = new Set(listed(params.open));
  const [{ relations, classes }, found] = await Promise.all([ontology(), gathered(asked, opened, params.to, signal)]);
  const picture = new Picture(relations, classes);
  drawn(picture, found);
  for (const held of listed(params.bubbles)) picture.opened.set(held.slice(0, held.lastIndexOf("~")), Number(held.slice(held.lastIndexOf("~") + 1)));
  const hidden = { relations: new Set(listed(params.hide)), classes: new Set(listed(params.without)) };
  return shown(picture, asked, opened, hidden, await picture.drawn(hidden, signal), params, signal);
}

/** Asks for the center's surroundings, for those of each node that was opened, and for the paths to another. */
async function gathered(asked, opened, to, signal) {
  const { of: from, asOf, status } = asked;
  const around = (of, depth, limit) => ask(AROUND, { ...asked, of, depth, limit }, signal).then(({ neighborhood }) => neighborhood);
  const paths = to ? ask(PATHS, { from, to, asOf, status }, signal).then((found) => found.paths) : null;
  const [center, ...others] = await Promise.all([around(from, asked.depth, asked.limit), ...[...opened].map((of) => around(of, 1, 60))]);
  return { center, others, paths: await paths };
}

function drawn(picture, { center, others, paths }) {
  [center, ...others].forEach((neighborhood) => picture.add(neighborhood));
  for (const { center: { id } } of others) picture.nodes.get(id).expanded = true;
  paths?.edges.forEach(({ node }) => picture.addPath(node, "path"));
  picture.paths = paths?.totalCount;
}

function shown(picture, asked, opened, hidden, first, params, signal) {
  const center = picture.nodes.get(picture.center);
  const card = h("div", {});
  const beside = h("div", { class: "stack" });
  const told = h("p", { class: "soft small" });
  const around = h("span", {});
  let drawn = first;
  const drawing = new Drawing(picture, { chosen: (id) => card.replaceChildren(choiceCard(picture, drawn, id, act)), act });
  const bubbles = () => [...picture.opened].map(([id, times]) => `${id}~${times}`).join(",");
  const state = () => ({ ...params, open: [...opened].join(","), bubbles: bubbles(), hide: [...hidden.relations].join(","), without: [...hidden.classes].join(",") });
  const kept = () => keep(address("graph", asked.of, state()), signal);
  const again = (changed) => go(address("graph", asked.of, { ...state(), ...changed }));

  function opening() {
    around.textContent = drawing.open() ? "" : " Drag it to look around.";
  }

  async function draw() {
    drawn = await picture.drawn(hidden, signal);
    show();
  }

  function show() {
    const seen = picture.seen(hidden);
    drawing.draw(drawn);
    told.replaceChildren(
      `${counted(seen.nodes.length, "node")}, ${counted(seen.links.length, "statement")}.`,
      seen.nodes.length > MOST ? " An overview: each bubble stands for several, and opens." : "",
      picture.cut ? " More stand around it than are shown: raise the number, or expand one by one." : "",
      picture.paths === 0 ? " No path leads there within three statements." : "",
      picture.paths ? ` ${counted(picture.paths, "path")} to ${params.to}, ${picture.paths > PATHS_DRAWN ? `the ${PATHS_DRAWN} strongest marked` : "marked"}.` : "", around);
    const focused = beside.contains(document.activeElement) && document.activeElement.name;
    beside.replaceChildren(
      relationBoxes(picture, hidden.relations, leaveOut), classBoxes(picture, hidden.classes, leaveOut),
      statusBoxes(asked.status, (name, on) => again({ status: (on ? [...asked.status, name] : asked.status.filter((other) => other !== name)).filter((other) => other !== "ACCEPTED").join(",") })),
      timeSlider(picture, asked.asOf, (asOf) => again({ asOf })));
    if (focused) beside.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
  }

  async function leaveOut(which, name, on) {
    hidden[which][on ? "delete" : "add"](name);
    kept();
    await trying("Finding places…", draw);
  }

  let turn = Promise.resolve();

  /** Does one thing after another, as each begins with what the one before leaves; tells what takes long, and what fails. */
  function trying(what, run, once = false) {
    turn = turn.then(async () => {
      canvas.setAttribute("aria-busy", "true");
      const done = ifSlow(() => card.prepend(waiting(what)));
      try {
        await run(once);
      } catch (error) {
        if (error.name !== "AbortError") card.replaceChildren(failed(error, () => trying(what, run, true)));
      }
      done();
      card.querySelector(":scope > .waiting")?.remove();
      canvas.removeAttribute("aria-busy");
    });
    return turn;
  }

  function act(name, id, keepPinned = false) {
    return trying(name === "expand" ? "Asking what stands around it…" : "Finding places…", (once) => acted(name, id, keepPinned, once));
  }

  /** `once`: it failed when its places were asked for, and is not to be done twice. */
  async function acted(name, id, keepPinned, once) {
    const node = drawn.nodes.find((one) => one.id === id);
    if (!node) return;
    const before = drawn.nodes;
    const choice = drawing.choice;
    if (name === "pin" && !once) node.pinned = keepPinned || !node.pinned;
    if (name === "expand" && node.members) once || open(node);
    else if (name === "expand" && !node.expanded) await expand(node);
    if (name === "collapse") collapse(node);
    drawn = await picture.drawn(hidden, signal);
    // Who has gone on to a field or a box meanwhile stays there, and who has chosen something else keeps it.
    const focused = document.activeElement ?? document.body;
    const here = focused === document.body || drawing.svg.contains(focused) || card.contains(focused);
    show();
    if (drawn.nodes.length !== before.length && name !== "pin") opening();
    const there = (wanted) => drawn.nodes.some((one) => one.id === wanted);
    const wanted = drawing.choice === choice || !there(drawing.choice) ? id : drawing.choice;
    // Where somebody was is gone when it goes into a bubble, or when the last come out of one: they go on with what is new.
    const fresh = drawn.nodes.find((one) => !before.includes(one));
    drawing.choose(there(wanted) ? wanted : (fresh?.id ?? picture.center), here);
  }

  function open(bubble) {
    picture.opened.set(bubble.id, (picture.opened.get(bubble.id) ?? 0) + 1);
    kept();
  }

  async function expand(node) {
    if (picture.nodes.size >= MOST_DRAWN) throw new Error(`At most ${MOST_DRAWN} nodes are drawn; collapse some first.`);
    const { neighborhood } = await ask(AROUND, { ...asked, of: node.id, depth: 1, limit: 60 }, signal);
    const before = picture.nodes.size;
    picture.add(neighborhood);
    node.expanded = true;
    opened.add(node.id);
    kept();
    announce(`${counted(picture.nodes.size - before, "new node")} around ${node.label}`);
  }

  function collapse(node) {
    const bubble = node.members ? node.id : node.cameOut;
    if (bubble && !node.expanded && picture.opened.delete(bubble)) kept();
    if (!opened.delete(node.id)) return;
    node.expanded = false;
    picture.drop(node.id);
    kept();
  }

  // How large the canvas is shows once it is there.
  const canvas = h("div", { class: "canvas", "aria-busy": "true" }, drawing.svg);
  requestAnimationFrame(() => {
    show();
    drawing.choose(picture.center);
    new ResizeObserver(() => {
      opening();
      canvas.removeAttribute("aria-busy");
    }).observe(drawing.svg);
    performance.mark("graph-drawn");
  });
  const zoom = (words, sign, run) => h("button", { type: "button", "aria-label": words, title: words, click: run }, sign);
  return [
    h("div", { class: "graph-head" }, h("header", { class: "head" }, h("h1", {}, "Around ", center.label)), controls(asked, params, again)),
    h("div", { class: "graph-told" }, told,
      h("div", { class: "zoom" }, zoom("Larger", "+", () => drawing.zoom(1.3)), zoom("Smaller", "−", () => drawing.zoom(1 / 1.3)), zoom("Show all", "⤢", () => drawing.fit()))),
    h("div", { class: "graph" },
      h("div", { class: "stack" },
        canvas,
        legend(),
        keyHints("graph", { id: "graph-keys" }),
        takeAlong(drawing, picture, asked, hidden)),
      h("aside", { class: "panel", "aria-label": "Chosen, and filters", tabindex: 0 }, card, beside)),
  ];
}

function controls(asked, params, again) {
  const to = h("input", { type: "text", name: "to", placeholder: "a name", value: params.toName ?? "", autocomplete: "off" });
  return h("form", { class: "filters", "aria-label": "What is shown", submit: (event) => { event.preventDefault(); again({ to: to.value.trim(), toName: to.value.trim() }); } },
    h("label", { class: "field" }, "Hops", h("select", { name: "depth", change: (event) => again({ depth: event.target.value }) }, ["1", "2", "3"].map((depth) => h("option", { value: depth, selected: depth === String(asked.depth) }, depth)))),
    h("label", { class: "field" }, "Statements", h("select", { name: "limit", change: (event) => again({ limit: event.target.value }) }, LIMITS.map((limit) => h("option", { value: limit, selected: limit === String(asked.limit) }, `up to ${limit}`)))),
    h("label", { class: "field" }, "Paths to", to), h("button", {}, "Show paths"),
    params.to && h("button", { type: "button", click: () => again({ to: "", toName: "" }) }, "Without paths"));
}

function takeAlong(drawing, picture, asked, hidden) {
  const shownText = h("textarea", { rows: 8, readonly: true, hidden: true, "aria-label": "To copy" });
  const copy = async (what, text) => {
    shownText.hidden = false;
    shownText.value = text;
    try {
      await navigator.clipboard.writeText(text);
      announce(`${what} copied`);
    } catch {
      // Without leave to write to the clipboard, the text is there to be copied by hand.
      announce(`${what}: copy it from the field`);
    }
  };
  const button = (words, run) => h("button", { type: "button", click: run }, words);
  const part = h("input", { type: "checkbox", name: "in-view" });
  return h("details", {}, h("summary", {}, "Save or copy"), h("div", { class: "stack" },
    h("p", { class: "line" },
      button("SVG", () => saveSvg(drawing, !part.checked)), button("PNG", () => savePng(drawing, !part.checked)),
      h("label", { class: "check" }, part, "Only what is in view"),
      button("GraphQL query", () => copy("The query", graphqlText(asked))),
      button("Turtle", () => copy("Turtle", turtleText(picture.seen(hidden), picture.classes))),
      button("JSON-LD", () => copy("JSON-LD", jsonldText(picture.seen(hidden), picture.classes)))),
    shownText));
}

function beginning(params, signal) {
  const input = h("input", { type: "search", id: "begin", placeholder: "A name or a claim", "data-focus": true, autocomplete: "off" });
  const place = h("div", { class: "section" });
  let asked = null;
  const begin = async () => {
    const of = input.value.trim();
    if (!of || asked === of) return;
    asked = of;
    place.replaceChildren(waiting(`Looking for ${of}…`));
    try {
      const { neighborhood } = await ask(`query Begin($of: String!) { neighborhood(of: $of, limit: 1) { center { ... on Node { id } } } }`, { of }, signal);
      if (asked === of) go(address("graph", neighborhood.center.id, params));
    } catch (error) {
      if (error.name === "AbortError" || asked !== of) return;
      asked = null;
      place.replaceChildren(failed(error, begin));
    }
  };
  return [
    h("header", { class: "head" }, h("h1", {}, "Graph"), h("p", { class: "lead" }, "Begin with somebody or something, and open the graph from there.")),
    h("form", { class: "big-search", submit: (event) => { event.preventDefault(); begin(); } }, h("label", { class: "unseen", for: "begin" }, "Begin with"), input, h("button", { class: "strong" }, "Draw")),
    place,
    empty("Not sure of the name?", h("a", { href: address("find") }, "Search for it"), "Each page of an entity or a claim leads to its graph."),
  ];
}
