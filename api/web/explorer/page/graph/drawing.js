/** The drawing: real elements for nodes and links, that can be focused, chosen, moved and read out. */
import { s } from "../shared/element.js";
import { signOf } from "../shared/ontology.js";
import { spaced, wrapped } from "../shared/words.js";
import { around, below, disc, thinned } from "./labels.js";
import { handled } from "./moving.js";
import { shapeOf } from "./shapes.js";

/** From so many nodes on, lines fade; from so many, it is an overview: smaller, the best joined named. */
const MANY = 60;
const OVERVIEW = 300;
const LABELLED_LINKS = 60;
const [LEAST_SCALE, MOST_SCALE] = [6, 170];
const STRETCH = 1.8;
const ALWAYS_NAMED = 16;
const NARROW = 500;

export class Drawing {
  /** `chosen` is told which node or link somebody chose, `expand` which node to open further. */
  constructor(picture, { chosen, act }) {
    this.picture = picture;
    this.view = { scaleX: 90, scaleY: 90, x: 0, y: 0 };
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
    this.letters = this.size().width < NARROW ? 15 : 22;
    this.svg.classList.toggle("many", seen.nodes.length > MANY);
    this.svg.classList.toggle("overview", seen.nodes.length > OVERVIEW);
    const labelled = seen.links.length <= LABELLED_LINKS;
    this.links = bundled(seen.links).map((link) => ({ ...link, element: this.#line(link), word: labelled ? s("text", { "text-anchor": "middle" }, link.said.predicate.label) : null }));
    // The best joined are drawn last, so that nothing lies over their names.
    const order = seen.nodes.toSorted((one, other) => this.#weight(one) - this.#weight(other));
    this.nodes = order.map((node) => ({ node, element: this.#dot(node) }));
    this.lines.replaceChildren(...this.links.map(({ element }) => element));
    this.words.replaceChildren(...this.links.flatMap(({ word }) => word ?? []));
    this.dots.replaceChildren(...this.nodes.map(({ element }) => element));
    this.#reachable(this.nodes.find(({ node }) => node.id === this.choice)?.node.id ?? this.picture.center);
    this.place();
  }

  /** How much it matters that a node is named. */
  #weight({ id, onPath }) {
    return (id === this.picture.center ? 1e6 : 0) + (onPath ? 1e5 : 0) + (this.degrees.get(id) ?? 0);
  }

  #dot(node) {
    const classes = ["node", node.id === this.picture.center && "center", node.pinned && "pinned", node.id === this.choice && "chosen"];
    const element = s("g", { class: classes.filter(Boolean).join(" "), role: "button", tabindex: -1, "aria-label": this.#spoken(node), "data-id": node.id },
      s("path", { class: "shape", d: shapeOf(node.__typename, this.picture.classes) }),
      s("text", { y: 25, "text-anchor": "middle", "aria-hidden": "true" }, this.#lines(node.label).map((line, number) => s("tspan", { x: 0, dy: number ? 15 : 0 }, number ? ` ${line}` : line))));
    element.addEventListener("focus", () => this.#reachable(node.id));
    return element;
  }

  #spoken(node) {
    const degree = this.degrees.get(node.id) ?? 0;
    return `${node.label}, ${spaced(node.__typename)}, ${degree} ${degree === 1 ? "statement" : "statements"}${node.pinned ? ", pinned" : ""}`;
  }

  #line(link) {
    const { said, relation } = link;
    const sign = relation ? signOf(relation) : 0;
    const form = relation?.form ?? "plain";
    const classes = ["link", form, sign > 0 && form !== "plain" && "signed-gain", sign < 0 && "signed-lose", said.status !== "ACCEPTED" && "unaccepted", link.onPath && "chosen"];
    const element = s("g", { class: classes.filter(Boolean).join(" "), role: "img", tabindex: -1, "aria-label": said.text, "data-link": said.id },
      s("path", { class: "hit" }), s("path", { class: `seen ${form}`, "marker-end": relation?.symmetric ? null : "url(#points)" }));
    element.addEventListener("click", () => this.choose(said.id));
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
    this.told.chosen(id);
  }

  /** Only one node is on the way of the tab key; arrows lead from there. */
  #reachable(id) {
    for (const { node, element } of this.nodes) element.setAttribute("tabindex", node.id === id ? 0 : -1);
    this.at = id;
  }

  /** A name on one line, or two; shorter where there is little room. */
  #lines(label) {
    return wrapped(label, this.letters, 2);
  }

  /** Shows all of it, stretched a little where that fills the place better. */
  fit() {
    const { width, height } = this.size();
    const xs = this.seen.nodes.map(({ x }) => x);
    const ys = this.seen.nodes.map(({ y }) => y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const wide = (width - (width < NARROW ? 122 : 172)) / Math.max(right - left, 0.8);
    const high = (height - 100) / Math.max(bottom - top, 0.8);
    const scale = Math.max(Math.min(wide, high, MOST_SCALE), LEAST_SCALE);
    const [scaleX, scaleY] = [Math.min(wide, scale * STRETCH, MOST_SCALE), Math.min(high, scale * STRETCH, MOST_SCALE)].map((one) => Math.max(one, LEAST_SCALE));
    this.view = { scaleX, scaleY, x: width / 2 - ((left + right) / 2) * scaleX, y: height / 2 - 10 - ((top + bottom) / 2) * scaleY };
    this.place();
  }

  size() {
    const box = this.svg.getBoundingClientRect();
    return { width: box.width || 800, height: box.height || 600 };
  }

  zoom(by, x = this.size().width / 2, y = this.size().height / 2) {
    const { scaleX, scaleY } = this.view;
    const real = Math.min(Math.max(scaleX * by, LEAST_SCALE), MOST_SCALE * 4) / scaleX;
    this.view = { scaleX: scaleX * real, scaleY: scaleY * real, x: x - (x - this.view.x) * real, y: y - (y - this.view.y) * real };
    this.place();
  }

  spot(id) {
    const { x, y } = this.picture.nodes.get(id);
    return [x * this.view.scaleX + this.view.x, y * this.view.scaleY + this.view.y];
  }

  /** Puts everything where it stands in this view; texts keep their size, and those that would overlap are left out. */
  place() {
    if (!this.nodes) return;
    const small = this.seen.nodes.length > OVERVIEW ? 0.55 : this.seen.nodes.length > MANY ? 0.75 : 1;
    const middles = new Map(this.links.map((link) => [link.said.id, placeLine(link, this.spot(link.from), this.spot(link.to), small)]));
    for (const { node, element } of this.nodes) {
      const [x, y] = this.spot(node.id);
      element.setAttribute("transform", `translate(${round(x)} ${round(y)})`);
      element.firstChild.setAttribute("transform", `scale(${node.id === this.picture.center ? 1.25 : small})`);
    }
    const names = this.nodes.toReversed().map(({ node }) => ({ id: node.id, box: below(this.spot(node.id), this.#lines(node.label)) }));
    const words = this.links.filter(({ word }) => word).map(({ said }) => ({ id: said.id, box: around(middles.get(said.id), said.predicate.label) }));
    const kept = thinned(this.nodes.map(({ node }) => disc(this.spot(node.id), 12 * small)), [...names, ...words], Math.min(ALWAYS_NAMED, names.length));
    for (const { node, element } of this.nodes) element.classList.toggle("quiet", !kept.has(node.id));
    for (const { said, word } of this.links) word?.classList.toggle("unseen-label", !kept.has(said.id));
  }
}

/** Draws a line from one place to another, bent aside, and returns its middle. */
function placeLine({ bend, element, word }, start, end, small) {
  const length = Math.hypot(end[0] - start[0], end[1] - start[1]) || 1;
  const [ux, uy] = [(end[0] - start[0]) / length, (end[1] - start[1]) / length];
  const off = bend * Math.min(length * 0.16, 26);
  const pull = [(start[0] + end[0]) / 2 - uy * off, (start[1] + end[1]) / 2 + ux * off];
  const gap = Math.min(15 * small + 2, length / 3);
  const path = [start[0] + ux * gap, start[1] + uy * gap, ...pull, end[0] - ux * (gap + 2), end[1] - uy * (gap + 2)].map(round);
  const d = `M${path[0]} ${path[1]} Q${path[2]} ${path[3]} ${path[4]} ${path[5]}`;
  element.children[0].setAttribute("d", d);
  element.children[1].setAttribute("d", d);
  const middle = [(pull[0] * 2 + start[0] + end[0]) / 4, (pull[1] * 2 + start[1] + end[1]) / 4];
  word?.setAttribute("x", round(middle[0]));
  word?.setAttribute("y", round(middle[1] + 4));
  return middle;
}

const round = (number) => number.toFixed(1);

/** Several statements between two things bend apart. */
function bundled(links) {
  const groups = Map.groupBy(links, ({ from, to }) => [from, to].sort().join(" "));
  return [...groups.values()].flatMap((group) => group.map((link, number) => {
    const side = link.from < link.to ? 1 : -1;
    return { ...link, bend: (number - (group.length - 1) / 2) * 1.4 * side };
  }));
}

function arrow() {
  return s("defs", {}, s("marker", { id: "points", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" }, s("path", { class: "arrow", d: "M0 1 10 5 0 9z" })));
}
