/** The drawing: real elements for nodes and links, that can be focused, chosen, moved and read out. */
import { s } from "../shared/element.js";
import { signOf } from "../shared/ontology.js";
import { counted, spaced } from "../shared/words.js";
import { arranged, nameSize, pointOf } from "./labels.js";
import { bundled, curveOf, pathOf } from "./lines.js";
import { handled } from "./moving.js";
import { shapeOf } from "./shapes.js";
import { byWeight, isLarge, MARK, nameLines, radiusOf } from "./sizes.js";
import { View } from "./view.js";

/** With more lines, their words show only where somebody looks. */
const WORDED_LINKS = 80;

export class Drawing {
  /** `chosen` is told which node or link somebody chose, `act` what they want to do with it. */
  constructor(picture, { chosen, act }) {
    this.picture = picture;
    this.view = new View(this);
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
    const many = isLarge(seen.nodes);
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

  /** Shows all of it where names can still be read, else what matters most in the middle; returns whether it is all. */
  open() {
    const whole = this.view.open();
    this.#shown();
    return whole;
  }

  /** Shows all of it. */
  fit() {
    this.view.fit();
    this.#shown();
  }

  /** Before it is known how it is looked at, nothing is placed: finding room for the words takes a while. */
  #shown() {
    this.ready = true;
    this.place();
  }

  zoom(by, x, y) {
    this.view.zoom(by, x, y);
    this.place();
  }

  spot(id) {
    return this.view.spot(this.at.get(id).node);
  }

  /** Runs something while all of it stands as large as names need it, whatever is in view; then it is looked at as before. */
  asWhole(run) {
    const before = this.view;
    this.view = before.whole();
    this.place();
    try {
      return run(this.view.size());
    } finally {
      this.view = before;
      this.place();
    }
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
    const { names, words } = arranged(marks, links, this.view.size());
    marks.forEach((mark, number) => putNode(this.nodes[number], mark, names.get(mark.id)));
    links.forEach((line, number) => putLine(this.links[number], line, words.get(line.id)));
  }
}

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
