/** How large things are drawn, and which matter most. */
import { wrapped } from "../shared/words.js";
import { nameSize } from "./labels.js";

/** Half of what a mark takes, in pixels. */
export const MARK = 12;
/** A window that is narrower is that of a phone. */
export const NARROW = 500;
const MANY = 60;
const UNIT = 90;
/** Air around a name for lines and their words, in a small graph. */
const AIR = { across: 36, up: 26 };
/** So many of a large graph are given room for their names. */
const NAMED = 24;
/** Marks without names stand closer to each other; names have some room to spare, as a large graph is shown smaller. */
const [DENSE, SPARE] = [0.65, 1.3];

/** The most important first: the center, what lies on a path, what is joined best. */
export function byWeight(nodes, picture) {
  const degrees = picture.degrees();
  const weight = ({ id, onPath, members }) => (id === picture.center ? 1e6 : 0) + (onPath ? 1e5 : 0) + (members ? 1e4 + members.length : 0) + (degrees.get(id) ?? 0);
  return nodes.toSorted((one, other) => weight(other) - weight(one));
}

/** Whether there are so many that lines fade and marks shrink. */
export const isLarge = (nodes) => nodes.length > MANY;

/** Pixels that one unit of the layout has where names fit. */
export const unitOf = (nodes) => (isLarge(nodes) ? DENSE * UNIT * Math.sqrt(MANY / nodes.length) : UNIT);

export function radiusOf(node, picture, many) {
  if (node.members) return Math.min(13 + Math.sqrt(node.members.length) * 1.6, 44);
  return MARK * (node.id === picture.center ? 1.25 : many ? 0.75 : 1);
}

/** A name on one line, or two; shorter where there is little room. */
export function nameLines({ label }) {
  return wrapped(label, innerWidth < NARROW ? 15 : 22, 2);
}

/** The room that each node takes with its name, in units of the layout; in a large graph, only what matters most is named. */
export function sizesOf(nodes, picture) {
  const many = isLarge(nodes);
  const unit = unitOf(nodes);
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
