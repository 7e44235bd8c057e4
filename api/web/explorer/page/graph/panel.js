/** What stands beside the drawing: what is chosen, what is left out, the time, and ways to take it along. */
import { h } from "../shared/element.js";
import { lineSample } from "../shared/marks.js";
import { addressOf, thing } from "../shared/thing.js";
import { count, counted, dates, spaced, STATUSES } from "../shared/words.js";
import { sample } from "./shapes.js";

/** The chosen node or link, and what can be done with it; `drawn` is what is drawn at present. */
export function choiceCard(picture, drawn, id, act) {
  const node = drawn.nodes.find((one) => one.id === id);
  if (node?.members) return bubbleCard(node, act);
  if (node) return nodeCard(picture, node, act);
  const link = drawn.links.find(({ said }) => said.id === id);
  if (!link) return h("p", { class: "soft small" }, "Choose a node or a line to see what it is.");
  if (link.bundle) return bundleCard(link);
  const { said } = link;
  return h("section", { class: "card chosen-card", "aria-label": "Chosen" },
    h("p", {}, thing(said.subject), ` ${said.predicate.label} `, thing(said.object)),
    h("p", { class: "small soft" }, [STATUSES[said.status], dates(said), said.basis.toLowerCase()].filter(Boolean).join(" · ")),
    h("a", { href: addressOf(said) }, "Its evidence"));
}

function bubbleCard(node, act) {
  return h("section", { class: "card chosen-card", "aria-label": "Chosen" },
    h("p", { class: "over" }, "Several in one"),
    h("h2", {}, node.spoken),
    h("p", { class: "line" }, h("button", { type: "button", click: () => act("expand", node.id) }, "Open ", h("kbd", { "aria-hidden": "true" }, "e")),
      node.wasOpened && h("button", { type: "button", click: () => act("collapse", node.id) }, "Close ", h("kbd", { "aria-hidden": "true" }, "c"))),
    h("p", { class: "small soft" }, "The best joined of them: ", node.members.slice(0, 8).flatMap((one, place) => (place ? [", ", thing(one)] : [thing(one)])), node.members.length > 8 && " …"));
}

function bundleCard({ said, parts }) {
  return h("section", { class: "card chosen-card", "aria-label": "Chosen" },
    h("p", {}, said.text), h("ul", { class: "small soft" }, parts.map(([name, number]) => h("li", {}, `${name}: ${count(number)}`))));
}

function nodeCard(picture, node, act) {
  const own = [...picture.links.values()].filter(({ from, to }) => from === node.id || to === node.id);
  const button = (name, words, key) => h("button", { type: "button", click: () => act(name, node.id) }, words, " ", h("kbd", { "aria-hidden": "true" }, key));
  return h("section", { class: "card chosen-card", "aria-label": "Chosen" },
    h("p", { class: "over" }, spaced(node.__typename)),
    h("h2", {}, thing(node)),
    h("p", { class: "line" },
      node.expanded || node.cameOut ? button("collapse", "Collapse", "c") : null, !node.expanded && button("expand", "Expand", "e"),
      button("pin", node.pinned ? "Unpin" : "Pin", "p")),
    h("details", { open: own.length < 7 }, h("summary", {}, `${counted(own.length, "statement")} shown`),
      h("ul", { class: "stack small" }, own.slice(0, 40).map(({ said }) => h("li", {}, h("a", { href: addressOf(said) }, said.text))))));
}

/** Boxes to leave relations out, each with the form of its line. */
export function relationBoxes(picture, hidden, change) {
  const names = [...new Set([...picture.links.values()].map(({ said }) => said.predicate.name))].sort();
  return group("Relations", names.map((name) => box(name, picture.relations.get(name)?.label ?? name, !hidden.has(name), (shown) => change("relations", name, shown), lineSample(picture.relations.get(name)?.form ?? "plain"))));
}

export function classBoxes(picture, hidden, change) {
  const names = [...new Set([...picture.nodes.values()].map(({ __typename }) => __typename))].sort();
  return group("Kinds", names.map((name) => box(name, spaced(name), !hidden.has(name), (shown) => change("classes", name, shown), h("span", { class: "node" }, sample(name, picture.classes)))));
}

export function statusBoxes(chosen, change) {
  return group("Status", Object.entries(STATUSES).map(([name, words]) => box(name, words, chosen.includes(name), (shown) => change(name, shown))));
}

function group(title, boxes) {
  return h("fieldset", {}, h("legend", {}, title), h("div", { class: "boxes", role: "group", "aria-label": title }, boxes));
}

function box(name, words, checked, change, mark) {
  const input = h("input", { type: "checkbox", name, checked, change: () => change(input.checked) });
  return h("label", { class: "check" }, input, mark, words);
}

/** A slider over the years that the statements here speak of. */
export function timeSlider(picture, asOf, change) {
  const years = [...picture.links.values()].flatMap(({ said }) => [said.validFrom, said.validTo, said.statedOn]).filter(Boolean).map((date) => Number(date.slice(0, 4)));
  if (asOf) years.push(Number(asOf.slice(0, 4)));
  if (!years.length) return h("fieldset", {}, h("legend", {}, "Time"), h("p", { class: "small soft" }, "No statement here has a date."));
  const [min, max] = [Math.min(...years), Math.max(...years)];
  const shown = h("output", { class: "number" }, asOf || "any time");
  const slider = h("input", { type: "range", name: "asOf", min, max, step: 1, value: asOf ? asOf.slice(0, 4) : max, "aria-label": "As of the year",
    input: () => (shown.textContent = slider.value), change: () => change(slider.value) });
  return h("fieldset", {}, h("legend", {}, "Time"),
    h("p", { class: "line small" }, "As of ", shown, asOf && h("button", { type: "button", click: () => change("") }, "Any time")), slider,
    h("p", { class: "small soft" }, "What has no dates is always shown."));
}
