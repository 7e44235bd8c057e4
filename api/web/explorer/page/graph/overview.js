/** What is too much to be drawn one by one: of each community its hub, and the others in bubbles by kind. */
import { count, counted, spaced } from "../shared/words.js";

/** With more nodes, it is an overview. */
export const MOST = 300;
/** So many come out of a bubble when it is opened. */
const STEP = 40;
/** So few are drawn one by one. */
const FEW = 2;
/** A kind has a bubble of its own from so much of all nodes on. */
const SHARE = 0.02;

/**
 * Nodes and links as they are drawn: `groups` says the community of each node by id, `opened` how often each bubble was opened.
 * Bubbles have `members`, the links to them are bundles.
 */
export function overview({ nodes, links }, groups, opened, { center, degrees, places }) {
  const weight = ({ id }) => (id === center ? 1e6 : 0) + (degrees.get(id) ?? 0);
  const alone = ({ id, pinned, onPath, expanded }) => id === center || pinned || onPath || expanded;
  const drawn = [];
  for (const community of Map.groupBy(nodes, ({ id }) => groups.get(id)).values()) {
    const [hub, ...others] = community.toSorted((one, other) => weight(other) - weight(one) || (one.id < other.id ? -1 : 1));
    drawn.push(hub, ...others.filter(alone));
    const rest = others.filter((node) => !alone(node));
    const kinds = Map.groupBy(rest, ({ __typename }) => __typename);
    const small = [...kinds].filter(([, members]) => members.length < nodes.length * SHARE).flatMap(([name]) => kinds.get(name));
    const mixed = new Set(small);
    for (const [name, members] of kinds) if (!mixed.has(members[0])) drawn.push(...bubbled(members, name, hub, opened, places));
    drawn.push(...bubbled(small, "", hub, opened, places));
  }
  return { nodes: drawn, links: bundles(links, drawn) };
}

/** What came out of a bubble already, and what is still in it. */
function bubbled(members, name, hub, opened, places) {
  const id = `${hub.id}.${name}`;
  const out = (opened.get(id) ?? 0) * STEP;
  const closed = members.slice(out);
  const shown = members.slice(0, out);
  members.forEach((node, number) => (node.cameOut = number < out ? id : null));
  if (closed.length <= FEW) return members;
  const kinds = [...new Set(closed.map(({ __typename }) => spaced(__typename)))];
  const place = places.get(id) ?? {};
  places.set(id, place);
  const label = `${kinds.slice(0, 2).join(", ")}${kinds.length > 2 ? " …" : ""}`;
  const spoken = `${closed.length} ${label} around ${hub.label}`;
  return [...shown, Object.assign(place, { id, label, __typename: name || "Entity", members: closed, spoken, wasOpened: out > 0 })];
}

/** Links between what is drawn; those to and from bubbles are one bundle for each two ends. */
function bundles(links, drawn) {
  const place = new Map(drawn.flatMap((node) => (node.members ?? [node]).map(({ id }) => [id, node])));
  const [single, bundled] = [[], new Map()];
  for (const link of links) {
    const [from, to] = [place.get(link.from), place.get(link.to)];
    if (from === to) continue;
    if (!from.members && !to.members) single.push(link);
    else {
      const key = from.id < to.id ? `${from.id} ${to.id}` : `${to.id} ${from.id}`;
      if (!bundled.has(key)) bundled.set(key, []);
      bundled.get(key).push({ ...link, from, to });
    }
  }
  return [...single, ...[...bundled].map(([key, held]) => bundle(key, held))];
}

function bundle(key, held) {
  const [{ from, to, relation }] = held;
  const relations = Map.groupBy(held, ({ said }) => said.predicate.label);
  const same = relations.size === 1;
  const oneWay = held.every((link) => link.from === from);
  const label = same ? `${held[0].said.predicate.label}${held.length > 1 ? ` · ${count(held.length)}` : ""}` : counted(held.length, "statement");
  const text = `${counted(held.length, "statement")} between ${from.spoken ?? from.label} and ${to.spoken ?? to.label}`;
  return {
    said: { id: key, text, predicate: { label, name: "" }, status: "ACCEPTED" }, from: from.id, to: to.id, bundle: held.length,
    relation: same ? { ...relation, symmetric: relation?.symmetric || !oneWay } : undefined,
    parts: [...relations].map(([name, links]) => [name, links.length]).sort((one, other) => other[1] - one[1]),
  };
}
