/** The drawing: real elements for nodes and links, that can be focused, chosen, moved and read out. */
import { s } from "../shared/element.js";
import { signOf } from "../shared/ontology.js";
import { counted, spaced, wrapped } from "../shared/words.js";
import { arranged, nameSize, pointOf } from "./labels.js";
import { bundled, curveOf, pathOf } from "./lines.js";
import { handled } from "./moving.js";
import { shapeOf } from "./shapes.js";

/** From so many nodes on, lines fade and marks shrink. */
const MANY = 60;
/** With more lines, their words show only where somebody looks. */
const WORDED_LINKS = 80;
/** Pixels that one unit of the layout has where names fit, with few nodes. */
const UNIT = 90;
const [MOST_SCALE, STRETCH] = [170, 2];
const NARROW = 500;
/** What of the legible scale may be lost, to show all at once: on a phone it is better to look around. */
const [LEAST, LEAST_NARROW] = [0.75, 0.9];
const MARGIN = { side: 74, top: 44, bottom: 52 };
/** Air around a name for lines and their words, in a small graph. */
const AIR = { across: 36, up: 26 };
const MARK = 12;
/** So many of a large graph are given room for their names. */
const NAMED = 24;
/** Marks without names stand closer to each other; names have some room to spare, as a large graph is shown smaller. */
const [DENSE, SPARE] = [0.65, 1.3];

export class Drawing {
  /** `chosen` is told which node or link somebody chose, `act` what they want to do with it. */
  constructor(picture, { chosen, act }) {
    this.picture = picture;
    this.view = { scaleX: UNIT, scaleY: UNIT, x: 0, y: 0 };
    this.told = { chosen, act };
    this.lines = s("g");
    this.words = s("g", { class: "line-words", "aria-hidden": "true" });
    this.dots = s("g");
    this.svg = s("svg", { role: "group", "aria-label": "Graph", "aria-describedby": "graph-keys" }, arrow(), this.lines, this.words, this.dots);
    handled(this);
  }

  /** Draws what filters leave, keeping who is chosen. */
  draw(seen) {
    this.seen = seen;
    this.degrees = this.picture.degrees();
    const many = seen.nodes.length > MANY;
    this.svg.classList.toggle("many", many);
    this.looked = null;
    this.links = bundled(seen.links).map((link) => ({ ...link, element: this.#line(link), word: s("text", { "text-anchor": "middle", class: "unseen-label" }, link.said.predicate.label) }));
    this.nodes = byWeight(seen.nodes, this.picture).map((node) => ({ node, radius: radiusOf(node, this.picture, many), lines: nameLines(node), element: this.#dot(node) }));
    this.at = new Map(this.nodes.map((held) => [held.node.id, held]));
    this.lines.replaceChildren(...this.links.map(({ element }) => element));
    this.words.replaceChildren(...this.links.map(({ word }) => word));
    // What matters most is drawn last, so that nothing lies over it.
    this.dots.replaceChildren(...this.nodes.toReversed().map(({ element }) => element));
    this.#reachable(this.at.has(this.choice) ? this.choice : this.picture.center);
    this.place();
  }

  #dot(node) {
    const classes = ["node", node.id === this.picture.center && "center", node.pinned && "pinned", node.members && "bubble", node.id === this.choice && "chosen"];
    const element = s("g", { class: classes.filter(Boolean).join(" "), role: "button", tabindex: -1, "aria-label": this.#spoken(node), "data-id": node.id },
      node.members ? s("circle", { class: "shape", r: MARK }) : s("path", { class: "shape", d: shapeOf(node.__typename, this.picture.classes) }),
      node.members && s("text", { class: "count", y: 4.5, "text-anchor": "middle", "aria-hidden": "true" }, `${node.members.length} `),
      s("text", { class: "name", "text-anchor": "middle", "aria-hidden": "true" }, nameLines(node).map((line, number) => s("tspan", { x: 0, dy: number ? 15 : 0 }, number ? ` ${line}` : line))));
    element.addEventListener("focus", () => this.#reachable(node.id));
    return element;
  }

  #spoken(node) {
    if (node.members) return `${node.spoken}: several in one, Enter opens`;
    const degree = this.degrees.get(node.id) ?? 0;
    return `${node.label}, ${spaced(node.__typename)}, ${counted(degree, "statement")}${node.pinned ? ", pinned" : ""}`;
  }

  #line(link) {
    const { said, relation } = link;
    const sign = relation ? signOf(relation) : 0;
    const form = relation?.form ?? "plain";
    const classes = ["link", form, sign > 0 && form !== "plain" && "signed-gain", sign < 0 && "signed-lose", said.status !== "ACCEPTED" && "unaccepted", link.onPath && "chosen", link.bundle && "bundle"];
    const pointed = relation && !relation.symmetric && "url(#points)";
    const element = s("g", { class: classes.filter(Boolean).join(" "), role: "img", tabindex: -1, "aria-label": said.text, "data-link": said.id },
      s("path", { class: "hit" }), s("path", { class: `seen ${form}`, "marker-end": pointed }));
    element.addEventListener("click", () => this.choose(said.id));
    const look = (id) => () => {
      this.looked = id;
      this.place();
    };
    for (const [name, id] of [["focus", said.id], ["pointerenter", said.id], ["blur", null], ["pointerleave", null]]) element.addEventListener(name, look(id));
    return element;
  }

  /** Chooses a node or a link by id: marks it and what it touches, and tells. */
  choose(id, focus = false) {
    this.choice = id;
    for (const { node, element } of this.nodes) {
      element.classList.toggle("chosen", node.id === id);
      element.setAttribute("aria-pressed", String(node.id === id));
      if (node.id === id && focus) element.focus({ preventScroll: true });
    }
    for (const link of this.links) {
      link.element.classList.toggle("chosen", link.said.id === id || Boolean(link.onPath));
      link.element.classList.toggle("touching", id !== this.picture.center && (link.from === id || link.to === id));
      if (link.said.id === id && focus) link.element.focus({ preventScroll: true });
    }
    this.place();
    this.told.chosen(id);
  }

  /** Only one node is on the way of the tab key; arrows lead from there. */
  #reachable(id) {
    for (const { node, element } of this.nodes) element.setAttribute("tabindex", node.id === id ? 0 : -1);
    this.current = id;
  }

  /** How large the drawing is where names fit, and where it begins and ends. */
  #extent() {
    const xs = this.seen.nodes.map(({ x }) => x);
    const ys = this.seen.nodes.map(({ y }) => y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const { width, height } = this.size();
    const more = 2 * (Math.max(...this.nodes.map(({ radius }) => radius)) - MARK);
    const wide = (width - 2 * MARGIN.side - more) / Math.max(right - left, 0.8);
    const high = (height - MARGIN.top - MARGIN.bottom - more) / Math.max(bottom - top, 0.8);
    return { wide, high, middle: [(left + right) / 2, (top + bottom) / 2] };
  }

  /** Shows all of it where names can still be read, else what matters most in the middle; returns whether it is all. */
  open() {
    const { width } = this.size();
    const { wide, high } = this.#extent();
    const legible = unitOf(this.seen.nodes.length) * (width < NARROW ? LEAST_NARROW : LEAST);
    // A path is seen whole, whatever is lost of the names beside it.
    const whole = Math.min(wide, high) >= legible || this.picture.paths > 0;
    if (whole) this.fit();
    else {
      const { x, y } = this.picture.nodes.get(this.picture.center);
      this.#look([Math.max(wide, legible), Math.max(high, legible)].map((one) => Math.min(one, legible * STRETCH)), [x, y]);
      this.#hold();
      this.#shown();
    }
    return whole;
  }

  /** Shows all of it, stretched a little where that fills the place better. */
  fit() {
    const { wide, high, middle } = this.#extent();
    const scale = Math.min(wide, high, MOST_SCALE);
    this.#look([wide, high].map((one) => Math.min(one, scale * STRETCH, MOST_SCALE)), middle);
    this.#shown();
  }

  #look([scaleX, scaleY], [x, y]) {
    const { width, height } = this.size();
    this.view = { scaleX, scaleY, x: width / 2 - x * scaleX, y: (height + MARGIN.top - MARGIN.bottom) / 2 - y * scaleY };
  }

  /** Before it is known how it is looked at, nothing is placed: finding room for the words takes a while. */
  #shown() {
    this.ready = true;
    this.place();
  }

  /** Leaves no empty margin at one side while something is cut off at the other. */
  #hold() {
    const { width, height } = this.size();
    for (const [axis, scale, room, before, after] of [["x", "scaleX", width, MARGIN.side, MARGIN.side], ["y", "scaleY", height, MARGIN.top, MARGIN.bottom]]) {
      const places = this.seen.nodes.map((node) => node[axis] * this.view[scale] + this.view[axis]);
      const [first, last] = [Math.min(...places) - before, Math.max(...places) + after];
      if (last - first <= room) this.view[axis] += (room - first - last) / 2;
      else this.view[axis] += first > 0 ? -first : last < room ? room - last : 0;
    }
  }

  size() {
    const box = this.svg.getBoundingClientRect();
    return { width: box.width || 800, height: box.height || 600 };
  }

  zoom(by, x = this.size().width / 2, y = this.size().height / 2) {
    const { scaleX, scaleY } = this.view;
    const real = Math.min(Math.max(scaleX * by, 6), MOST_SCALE * 4) / scaleX;
    this.view = { scaleX: scaleX * real, scaleY: scaleY * real, x: x - (x - this.view.x) * real, y: y - (y - this.view.y) * real };
    this.place();
  }

  spot(id) {
    const { x, y } = this.at.get(id).node;
    return [x * this.view.scaleX + this.view.x, y * this.view.scaleY + this.view.y];
  }

  /** Puts everything where it stands in this view; texts keep their size, and show where there is room for them. */
  place() {
    if (!this.ready) return;
    const worded = this.links.length <= WORDED_LINKS;
    const marks = this.nodes.map(({ node, radius, lines }) => {
      const [x, y] = this.spot(node.id);
      return { id: node.id, x, y, radius, lines };
    });
    const ends = new Map(marks.map(({ id, x, y, radius }) => [id, [x, y, radius]]));
    const links = this.links.map((link) => {
      const looked = [this.choice, this.looked].includes(link.said.id);
      const shown = looked || worded || link.from === this.choice || link.to === this.choice || link.onPath || link.bundle;
      return { id: link.said.id, curve: curveOf(link.bend, ends.get(link.from), ends.get(link.to)), text: shown ? link.said.predicate.label : null, looked, crossed: looked ? Infinity : Number(Boolean(link.bundle)) };
    });
    const { names, words } = arranged(marks, links, this.size());
    marks.forEach((mark, number) => putNode(this.nodes[number], mark, names.get(mark.id)));
    links.forEach((line, number) => putLine(this.links[number], line, words.get(line.id)));
  }
}

/** The most important first: the center, what lies on a path, what is joined best. */
function byWeight(nodes, picture) {
  const degrees = picture.degrees();
  const weight = ({ id, onPath, members }) => (id === picture.center ? 1e6 : 0) + (onPath ? 1e5 : 0) + (members ? 1e4 + members.length : 0) + (degrees.get(id) ?? 0);
  return nodes.toSorted((one, other) => weight(other) - weight(one));
}

const unitOf = (nodes) => (nodes > MANY ? DENSE * UNIT * Math.sqrt(MANY / nodes) : UNIT);

function radiusOf(node, picture, many) {
  if (node.members) return Math.min(13 + Math.sqrt(node.members.length) * 1.6, 44);
  return MARK * (node.id === picture.center ? 1.25 : many ? 0.75 : 1);
}

/** A name on one line, or two; shorter where there is little room. */
function nameLines({ label }) {
  return wrapped(label, innerWidth < NARROW ? 15 : 22, 2);
}

/** The room that each node takes with its name, in units of the layout; in a large graph, only what matters most is named. */
export function sizesOf(nodes, picture) {
  const many = nodes.length > MANY;
  const unit = unitOf(nodes.length);
  const named = new Set(byWeight(nodes, picture).slice(0, many ? NAMED : MANY).map(({ id }) => id));
  return nodes.map((node) => {
    const across = 2 * radiusOf(node, picture, many) + 8;
    if (!named.has(node.id)) return [across / unit, across / unit].map(rounded);
    const { width, height } = nameSize(nameLines(node));
    const [wide, high] = [Math.max(across, width + 12), across + 2 * height];
    return (many ? [wide * SPARE, high * SPARE] : [wide + AIR.across, high + AIR.up]).map((size) => rounded(size / unit));
  });
}

const rounded = (size) => Math.round(Math.min(size, 19) * 100) / 100;

function putNode({ node, radius, lines, element }, { x, y }, name) {
  element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  element.firstChild.setAttribute("transform", `scale(${(radius / MARK).toFixed(3)})`);
  element.classList.toggle("quiet", !name);
  const text = element.lastChild;
  const { dx, dy } = name ?? { dx: 0, dy: radius + 4 + nameSize(lines).up };
  text.setAttribute("transform", `translate(${dx.toFixed(1)} ${dy.toFixed(1)})`);
}

function putLine({ element, word }, { curve }, found) {
  const d = pathOf(curve);
  element.children[0].setAttribute("d", d);
  element.children[1].setAttribute("d", d);
  word.classList.toggle("unseen-label", !found);
  const [x, y] = found ? [found.x, found.y] : pointOf(curve, 0.5);
  word.setAttribute("x", x.toFixed(1));
  word.setAttribute("y", y.toFixed(1));
}

function arrow() {
  return s("defs", {}, s("marker", { id: "points", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" }, s("path", { class: "arrow", d: "M0 1 10 5 0 9z" })));
}
