/** A claim: its two sides in order of time and reply, the numbers side by side, and who gains if it is believed. */
import { ask } from "../shared/api.js";
import { balance } from "../shared/balance.js";
import { h, s } from "../shared/element.js";
import { NAMED, SAID } from "../shared/fragments.js";
import { address } from "../shared/router.js";
import { missing } from "../shared/states.js";
import { statement } from "../shared/statement.js";
import { thing } from "../shared/thing.js";
import { count, counted } from "../shared/words.js";

const CLAIM = `query Claim($id: ID!) {
  node(id: $id) { ... on Claim {
    __typename id label text quantity unit hedges contested
    supportedBy(first: 50) { ...Side } disputedBy(first: 50) { ...Side }
    contradicts(first: 20) { edges { node { ... on Claim { id text quantity unit } } statement { ...Said } } }
    favours(first: 20) { edges { statement { ...Said } } }
    harms(first: 20) { edges { statement { ...Said } } }
  } }
}
fragment Side on PositionConnection { totalCount edges { node { actor { ...Named } stance { ...Said } through { id text } } } }
${SAID}`;

export async function claim({ id, signal }) {
  const { node: found } = await ask(CLAIM, { id }, signal);
  if (found?.__typename !== "Claim") return missing("claim", h("a", { href: address("claims") }, "All claims"));
  const bearings = [...found.favours.edges, ...found.harms.edges];
  return [
    h("header", { class: "head" },
      h("p", { class: "over" }, "Claim"), h("h1", {}, found.text),
      h("p", { class: "line" }, found.contested && h("span", { class: "chip contested" }, "contested"),
        found.hedges.length > 0 && h("span", { class: "soft" }, "softened by ", found.hedges.map((word) => `“${word}”`).join(", "))),
      h("p", { class: "line" }, h("a", { class: "button", href: address("graph", id) }, "See it in the graph"))),
    h("section", { "aria-label": "Who stands where" }, h("div", { class: "sides" }, side("for", "Those who stand for it", found.supportedBy), side("against", "Those who stand against it", found.disputedBy))),
    numbers(found),
    section("What it means, and for whom", bearings.length ? h("ul", { class: "statements" }, bearings.map(({ statement: said }) => h("li", {}, statement(said)))) : h("p", { class: "soft" }, "Nothing is known that it favours or harms.")),
    section("Who gains if it is believed", balance(id, signal)),
  ];
}

function section(title, ...inside) {
  return h("section", { class: "section" }, h("header", {}, h("h2", {}, title)), inside);
}

function side(name, title, { totalCount, edges }) {
  return h("div", { class: `side ${name}` },
    h("h2", {}, title, " ", h("span", { class: "soft number" }, count(totalCount))),
    totalCount ? h("ol", {}, inOrder(edges.map(({ node }) => node)).map(position)) : h("p", { class: "soft" }, "Nobody does."),
    totalCount > edges.length && h("p", { class: "soft" }, `${counted(totalCount - edges.length, "more")} not shown`));
}

/** By the day it was said, and after what it answers; what has no date comes last. */
function inOrder(positions) {
  const byDate = positions.toSorted((a, b) => (a.stance.statedOn ?? "9999").localeCompare(b.stance.statedOn ?? "9999"));
  const here = new Set(byDate.map(({ stance }) => stance.id));
  const placed = [];
  const place = (one) => {
    if (placed.includes(one)) return;
    placed.push(one);
    byDate.filter(({ stance }) => stance.inResponseTo?.id === one.stance.id).forEach(place);
  };
  byDate.filter(({ stance }) => !here.has(stance.inResponseTo?.id)).forEach(place);
  byDate.forEach(place);
  return placed;
}

function position({ actor, stance, through }) {
  const answers = stance.inResponseTo && h("p", { class: "small soft" }, "in answer to ", h("a", { href: address("statement", stance.inResponseTo.id) }, stance.inResponseTo.text));
  return h("li", { class: stance.inResponseTo ? "reply" : "" },
    h("h3", {}, thing(actor)), answers,
    through && h("p", { class: "small soft" }, "by way of: ", h("a", { href: address("statement", through.id) }, through.text)),
    statement(stance, { open: true, answers: false }));
}

/** The number of the claim beside those of the claims that contradict it. */
function numbers(found) {
  const others = found.contradicts.edges.map(({ node, statement: said }) => ({ ...node, said }));
  if (!others.length) return null;
  const all = [{ ...found, own: true }, ...others];
  const units = new Set(all.filter(({ quantity }) => quantity !== null).map(({ unit }) => unit));
  const greatest = Math.max(...all.map(({ quantity }) => quantity ?? 0));
  return section("What contradicts it", h("ol", { class: "figures" }, all.map(({ id, text, quantity, unit, own, said }) => h("li", {},
    quantity !== null && h("b", {}, count(quantity), " ", h("span", { class: "soft small" }, unit)),
    quantity !== null && s("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { class: own ? "figure own" : "figure", width: Math.max((100 * quantity) / greatest, 0.5), height: 8 })),
    own ? h("span", {}, "This claim") : h("a", { href: address("claim", id) }, text),
    said && h("span", { class: "small" }, h("a", { href: address("statement", said.id) }, "who says that they contradict each other"))))),
    units.size > 1 && h("p", { class: "small soft" }, `The numbers count different things: ${[...units].join("; ")}.`));
}
