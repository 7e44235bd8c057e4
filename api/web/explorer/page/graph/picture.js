/** What is drawn: things and the statements between them, gathered from several questions. */
import { communities, placed } from "../shared/api.js";
import { MOST, overview } from "./overview.js";
import { sizesOf } from "./sizes.js";

export class Picture {
  /** Which nodes the last overview showed. */
  #shown = null;

  constructor(relations, classes) {
    this.relations = relations;
    this.classes = classes;
    this.nodes = new Map();
    this.links = new Map();
    this.cut = false;
    /** Bubbles of an overview by id: where they stand, and how often each was opened. */
    this.bubbles = new Map();
    this.opened = new Map();
  }

  /** Takes in what stands around something; what is there already stays where it is. */
  add({ center, nodes, statements, cut }) {
    this.center ??= center.id;
    nodes.forEach(({ node }) => this.#node(node));
    statements.forEach((said) => this.#link(said, center.id));
    this.cut ||= Boolean(cut);
  }

  /** Takes in the steps of a path, and marks them. */
  addPath({ hops }, by) {
    for (const { from, to, statement, also } of hops) {
      for (const node of [from, to]) this.#node(node).onPath = true;
      for (const said of [statement, ...also]) this.#link(said, by).onPath = true;
    }
  }

  #node(node) {
    const known = this.nodes.get(node.id) ?? { pinned: false };
    this.nodes.set(node.id, Object.assign(known, node));
    return known;
  }

  #link(said, by) {
    if (!this.nodes.has(said.subject.id) || !this.nodes.has(said.object.id)) return {};
    const link = this.links.get(said.id) ?? { asked: new Set() };
    const relation = this.relations.get(said.predicate.name);
    this.links.set(said.id, Object.assign(link, { said, relation, from: said.subject.id, to: said.object.id }));
    link.asked.add(by);
    return link;
  }

  /** Lets go of what only one question brought, and of nodes that then hang in the air. */
  drop(by) {
    for (const [id, { asked }] of this.links) {
      asked.delete(by);
      if (!asked.size) this.links.delete(id);
    }
    const held = new Set([this.center, ...[...this.links.values()].flatMap(({ from, to }) => [from, to])]);
    for (const id of this.nodes.keys()) if (!held.has(id)) this.nodes.delete(id);
  }

  /** The nodes and links that filters leave: the center always, others as long as a link leads to them. */
  seen({ relations, classes }) {
    const allowed = (id) => id === this.center || !classes.has(this.nodes.get(id).__typename);
    const links = [...this.links.values()].filter(({ from, to, said }) => !relations.has(said.predicate.name) && allowed(from) && allowed(to));
    const joined = new Set([this.center, ...links.flatMap(({ from, to }) => [from, to])]);
    return { nodes: [...this.nodes.values()].filter(({ id }) => joined.has(id)), links };
  }

  degrees() {
    const degrees = new Map();
    for (const { from, to } of this.links.values()) for (const id of [from, to]) degrees.set(id, (degrees.get(id) ?? 0) + 1);
    return degrees;
  }

  /** What is drawn of what filters leave, with places: one by one, or beyond a number as an overview. */
  async drawn(hidden, signal) {
    const seen = this.seen(hidden);
    const many = seen.nodes.length > MOST;
    const drawn = many ? overview(seen, await this.#groups(seen, signal), this.opened, { center: this.center, degrees: this.degrees(), places: this.bubbles }) : seen;
    await this.#place(drawn, many, signal);
    return drawn;
  }

  async #groups({ nodes, links }, signal) {
    const { edges } = numbered(nodes, links);
    const found = await communities(nodes.length, edges, signal);
    return new Map(nodes.map(({ id }, place) => [id, found[place]]));
  }

  /** Asks for places: of all nodes at first, later only of those that are new. Overviews are placed anew each time. */
  async #place({ nodes, links }, anew, signal) {
    const ids = nodes.map(({ id }) => id).join(" ");
    const again = this.#shown !== (anew ? ids : null);
    this.#shown = anew ? ids : null;
    const order = nodes.toSorted((a, b) => (b.id === this.center) - (a.id === this.center));
    const stays = ({ x, pinned }) => x !== undefined && (!again || pinned);
    if (order.every(stays)) return;
    const { edges } = numbered(order, links);
    const fixed = order.flatMap((node, place) => (stays(node) ? [[place, node.x, node.y]] : []));
    const places = await placed(order.length, edges, fixed, sizesOf(order, this), signal);
    // Those that stay may have been moved by hand meanwhile.
    const still = new Set(fixed.map(([place]) => place));
    order.forEach((node, place) => still.has(place) || ([node.x, node.y] = places[place]));
  }
}

function numbered(nodes, links) {
  const number = new Map(nodes.map(({ id }, place) => [id, place]));
  return { edges: links.map(({ from, to }) => [number.get(from), number.get(to)]) };
}
