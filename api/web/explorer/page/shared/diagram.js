/** The diagram of a finding: what the actor says of the target above, how they are tied to it below. */
import { s } from "./element.js";
import { addressOf } from "./thing.js";
import { shortened, signed, wrapped } from "./words.js";

const BOX = { width: 150, height: 52 };
let drawn = 0;

/**
 * Draws from left to right where there is room, from top to bottom on a phone.
 * `finding` is a ConflictOfInterest, `path` the one of its paths that is drawn.
 */
export function diagram(finding, path, width, words) {
  const id = `arrow-${(drawn += 1)}`;
  const chain = [path.hops[0]?.from ?? finding.actor, ...path.hops.map(({ to }) => to)];
  const place = width < 640 ? down(chain.length, width, Boolean(finding.claim)) : across(chain.length, width, Boolean(finding.claim));
  const nodes = chain.map((found, number) => box(found, place.nodes[number], number === 0 || number === chain.length - 1 ? "box end" : "box"));
  const hops = path.hops.map((hop, number) => joined(hop, place, number, words.get(hop.statement.predicate.name)?.symmetric ? null : `url(#${id})`));
  return s(
    "svg",
    { class: `diagram ${finding.alignment}`, viewBox: `0 0 ${place.width} ${place.height}`, role: "group", "aria-label": `Diagram: ${finding.explanation}` },
    s("defs", {}, s("marker", { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, s("path", { d: "M0 0 10 5 0 10z", class: "arrow" }))),
    said(finding, place, id, words),
    hops,
    nodes,
  );
}

function across(length, width, claimed) {
  const wide = Math.min(width, 1100);
  const size = { width: Math.min(BOX.width + 30, (wide - 40 - (length - 1) * 104) / Math.max(length, 1)), height: BOX.height };
  const step = length > 1 ? (wide - 40 - size.width) / (length - 1) : 0;
  const y = claimed ? 190 : 150;
  const nodes = Array.from({ length }, (_, number) => ({ x: 20 + size.width / 2 + number * step, y, ...size }));
  if (length === 1) nodes[0].x = wide / 2;
  return { width: wide, height: y + 62, nodes, across: true, top: claimed ? 58 : 48 };
}

function down(length, width, claimed) {
  const wide = Math.max(width, 300);
  const size = { width: Math.min(190, wide * (claimed ? 0.38 : 0.5)), height: BOX.height };
  const step = 112;
  const first = 42;
  const nodes = Array.from({ length }, (_, number) => ({ x: size.width / 2 + 14, y: first + number * step, ...size }));
  const least = length === 1 ? 200 : claimed && length === 2 ? 280 : 0;
  if (length === 1) nodes[0].x = wide / 2;
  if (length === 2 && claimed) nodes[1].y = first + 190;
  return { width: wide, height: Math.max(nodes.at(-1).y + 48, least), nodes, across: false, claimed };
}

function box(found, { x, y, width, height }, kind) {
  const lines = wrapped(found.label, Math.floor(width / 8.4), 2);
  return s(
    "a",
    { href: addressOf(found) },
    s("title", {}, found.label),
    s("rect", { class: kind, x: x - width / 2, y: y - height / 2, width, height, rx: 9 }),
    lines.map((line, number) => s("text", { class: "label", x, y: y + 5 + (number - (lines.length - 1) / 2) * 17, "text-anchor": "middle" }, line)),
  );
}

/** A step of interest, with the relation's words and its weight. The arrow, if there is one, points as the statement does. */
function joined(hop, place, number, arrow) {
  const from = place.nodes[number];
  const to = place.nodes[number + 1];
  const forward = hop.statement.subject.id === hop.from.id;
  const tone = (hop.weight ?? 0) < 0 ? "lose" : "gain";
  const start = place.across ? [from.x + from.width / 2 + 3, from.y] : [from.x, from.y + from.height / 2 + 3];
  const end = place.across ? [to.x - to.width / 2 - 3, to.y] : [to.x, to.y - to.height / 2 - 3];
  const [x, y] = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
  const anchor = place.across ? "middle" : "start";
  const [labelX, above, below] = place.across ? [x, y - 9, y + 19] : [x + 9, y - 3, y + 14];
  return s(
    "g",
    {},
    s("path", { class: "interest", d: `M${start} L${end}`, [forward ? "marker-end" : "marker-start"]: arrow }),
    s("text", { class: "paper-halo", x: labelX, y: above, "text-anchor": anchor }, shortened(hop.statement.predicate.label, place.across ? 15 : place.claimed ? 14 : 24)),
    s("text", { class: `sign paper-halo fill-${tone}`, x: labelX, y: below, "text-anchor": anchor }, signed(hop.weight ?? 0), hop.halved ? " halved" : ""),
  );
}

/** The stance: straight at the target, or by way of a claim that means something for it. */
function said(finding, place, id, words) {
  const actor = place.nodes[0];
  const target = place.nodes.at(-1);
  const label = finding.stance.predicate.label;
  const sign = (number) => `sign paper-halo fill-${number < 0 ? "lose" : "gain"}`;
  if (place.nodes.length === 1) return alone(finding, place, id, label);
  if (!finding.claim) {
    const d = place.across
      ? `M${actor.x} ${actor.y - actor.height / 2 - 3} C${actor.x} ${place.top - 22} ${target.x} ${place.top - 22} ${target.x} ${target.y - target.height / 2 - 4}`
      : `M${actor.x + actor.width / 2 + 3} ${actor.y} C${place.width - 14} ${actor.y + 6} ${place.width - 14} ${target.y - 6} ${target.x + target.width / 2 + 4} ${target.y}`;
    const [x, y, anchor] = place.across ? [(actor.x + target.x) / 2, place.top - 8, "middle"] : [place.width - 10, (actor.y + target.y) / 2, "end"];
    return s("g", {}, s("path", { class: "stance", d, "marker-end": `url(#${id})` }), s("text", { class: "paper-halo", x, y, "text-anchor": anchor }, label, " ", s("tspan", { class: sign(finding.effectiveStance) }, signed(finding.effectiveStance))));
  }
  const claim = place.across
    ? { x: (actor.x + target.x) / 2, y: place.top, width: Math.min(330, place.width * 0.42), height: 62 }
    : { x: place.width - 10 - place.width * 0.18, y: (actor.y + target.y) / 2, width: place.width * 0.36, height: 122 };
  const lines = wrapped(finding.claim.label, Math.floor((claim.width - 16) / 6.9), place.across ? 3 : 6);
  const bearing = finding.bearing.predicate.label;
  const first = place.across
    ? `M${actor.x} ${actor.y - actor.height / 2 - 3} Q${actor.x} ${claim.y} ${claim.x - claim.width / 2 - 5} ${claim.y}`
    : `M${actor.x + actor.width / 2 + 3} ${actor.y} Q${claim.x} ${actor.y} ${claim.x} ${claim.y - claim.height / 2 - 5}`;
  const second = place.across
    ? `M${claim.x + claim.width / 2 + 3} ${claim.y} Q${target.x} ${claim.y} ${target.x} ${target.y - target.height / 2 - 4}`
    : `M${claim.x} ${claim.y + claim.height / 2 + 3} Q${claim.x} ${target.y} ${target.x + target.width / 2 + 5} ${target.y}`;
  const [labelOne, labelTwo] = place.across
    ? [[(actor.x + claim.x - claim.width / 2) / 2, claim.y - 10, "middle"], [(target.x + claim.x + claim.width / 2) / 2, claim.y - 10, "middle"]]
    : [[place.width - 8, actor.y - 10, "end"], [place.width - 8, target.y + 22, "end"]];
  const stanceSign = words.get(finding.stance.predicate.name)?.stance;
  const bearingSign = words.get(finding.bearing.predicate.name)?.bearing;
  const note = ([x, y, anchor], text, number) => s("text", { class: "paper-halo", x, y, "text-anchor": anchor }, text, " ", s("tspan", { class: sign(number ?? 1) }, number === undefined || number === null ? "" : signed(number)));
  return s(
    "g",
    {},
    s("path", { class: "stance", d: first, "marker-end": `url(#${id})` }),
    s("path", { class: "bearing", d: second, "marker-end": `url(#${id})` }),
    note(labelOne, label, stanceSign),
    note(labelTwo, bearing, bearingSign),
    s("a", { href: addressOf(finding.claim) }, s("title", {}, finding.claim.label), s("rect", { class: "box claim", x: claim.x - claim.width / 2, y: claim.y - claim.height / 2, width: claim.width, height: claim.height, rx: 9 }), lines.map((line, number) => s("text", { x: claim.x, y: claim.y + 4.5 + (number - (lines.length - 1) / 2) * 17, "text-anchor": "middle" }, line))),
  );
}

/** Somebody who speaks of themselves: the claim above, or a loop. */
function alone(finding, place, id, label) {
  const [self] = place.nodes;
  if (!finding.claim) {
    const side = self.x + self.width / 2;
    return s("g", {}, s("path", { class: "stance", d: `M${side} ${self.y - 8} C${side + 70} ${self.y - 60} ${side + 70} ${self.y + 60} ${side + 4} ${self.y + 10}`, "marker-end": `url(#${id})` }), s("text", { class: "paper-halo", x: side + 58, y: self.y + 4 }, `${label} ${signed(finding.effectiveStance)}`));
  }
  const width = Math.min(place.width - 28, 420);
  const claim = place.across ? { x: self.x, y: 50, width, height: 62 } : { x: place.width / 2, y: 152, width, height: 82 };
  const lines = wrapped(finding.claim.label, Math.floor(width / 6.9), 3);
  const [near, far] = place.across ? [self.y - self.height / 2, claim.y + claim.height / 2] : [self.y + self.height / 2, claim.y - claim.height / 2];
  const inner = near < far ? 1 : -1;
  return s(
    "g",
    {},
    s("path", { class: "stance", d: `M${self.x - 24} ${near + 3 * inner} L${self.x - 24} ${far - 5 * inner}`, "marker-end": `url(#${id})` }),
    s("path", { class: "bearing", d: `M${self.x + 24} ${far - 3 * inner} L${self.x + 24} ${near + 5 * inner}`, "marker-end": `url(#${id})` }),
    s("text", { x: self.x - 32, y: (near + far) / 2 + 4, "text-anchor": "end" }, label),
    s("text", { x: self.x + 32, y: (near + far) / 2 + 4 }, finding.bearing.predicate.label, " ", s("tspan", { class: `sign fill-${finding.effectiveStance < 0 ? "lose" : "gain"}` }, signed(finding.effectiveStance))),
    s("a", { href: addressOf(finding.claim) }, s("title", {}, finding.claim.label), s("rect", { class: "box claim", x: claim.x - width / 2, y: claim.y - claim.height / 2, width, height: claim.height, rx: 9 }), lines.map((line, number) => s("text", { x: claim.x, y: claim.y + 4.5 + (number - (lines.length - 1) / 2) * 17, "text-anchor": "middle" }, line))),
  );
}
