/** Where words stand so that none lies over another, nor over the mark of a node that is not its own. */

const [NAME, WORD] = ["500 13px", "11.5px"];
const LINE = 15;
/** What a halo takes around a text, and the air between a mark and its name, where more lines pass close to it, too. */
const [HALO, AIR, FURTHER] = [3, 6, 15];
/** Along a line, from its start to its end. */
const STEPS = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];
const WORST = 1e9;

const paper = document.createElement("canvas").getContext("2d");
const measured = new Map();

/** Width, ascent and descent of a text in the letters of the page. */
function measure(text, font) {
  const key = `${font} ${text}`;
  if (!measured.has(key)) {
    paper.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
    const { width, fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = paper.measureText(text);
    measured.set(key, { width, up, down });
  }
  return measured.get(key);
}

/** How wide and how high lines of a name are. */
export function nameSize(lines) {
  const sizes = lines.map((line) => measure(line, NAME));
  return { width: Math.max(...sizes.map(({ width }) => width)), height: sizes[0].up + sizes[0].down + LINE * (lines.length - 1), up: sizes[0].up };
}

/** Places for a name around a mark of a radius: where its middle is, and the baseline of its first line; the nearest first. */
function aroundMark({ x, y, radius, lines }) {
  const { width, height, up } = nameSize(lines);
  const edge = radius * 0.75 + 1;
  const ring = (air) => {
    const [far, side] = [radius + air, radius + air + width / 2];
    return [[0, far], [0, -far - height], [side, -height / 2], [-side, -height / 2],
      [width / 2 - edge, far], [edge - width / 2, far], [width / 2 - edge, -far - height], [edge - width / 2, -far - height],
      [side, edge - height], [-side, edge - height], [side, -edge], [-side, -edge]];
  };
  return [...ring(AIR), ...ring(FURTHER)].map(([dx, top]) => ({ dx, dy: top + up, box: boxOf(x + dx, y + top, width, height) }));
}

function alongLine({ curve, text }) {
  const { width, up, down } = measure(text, WORD);
  return STEPS.map((step) => {
    const [x, y] = pointOf(curve, step);
    return { x, y: y + (up - down) / 2, box: boxOf(x, y - (up + down) / 2, width, up + down) };
  });
}

const boxOf = (middle, top, width, height) => ({ left: middle - width / 2 - HALO, right: middle + width / 2 + HALO, top: top - HALO, bottom: top + height + HALO });

/** A place on a bent line. */
export function pointOf([[ax, ay], [bx, by], [cx, cy]], step) {
  const rest = 1 - step;
  return [rest * rest * ax + 2 * rest * step * bx + step * step * cx, rest * rest * ay + 2 * rest * step * by + step * step * cy];
}

/**
 * Finds room for names and for the words along lines, within a window of a width and a height. Names come first, those that
 * matter most before others; of the places where nothing is in the way, each takes the one that the fewest lines cross.
 *
 * `marks` are `{ id, x, y, radius, lines }` in order of importance, `links` `{ id, curve, text, looked, crossed }`: text is null where
 * none is wanted, at most `crossed` foreign lines may go through a word, and what somebody looks at comes before the others.
 * Returns `{ names, words }`: by id where each that has room stands.
 */
export function arranged(marks, links, { width, height }) {
  const [taken, crossed] = [new Grid(), new Grid()];
  marks.forEach(({ id, x, y, radius }) => taken.add({ id, left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }));
  links.forEach(({ id, curve }) => sampled(curve).forEach(([x, y]) => crossed.add({ id, left: x, right: x, top: y, bottom: y })));
  const inside = ({ left, right, top, bottom }) => left >= 0 && top >= 0 && right <= width && bottom <= height;
  const best = (id, places, most) => {
    let found = null;
    let least = WORST;
    places.forEach((place, order) => {
      if (!inside(place.box) || taken.in(place.box).some((other) => other.id !== id || other.word)) return;
      const lines = new Set(crossed.in(place.box).map((other) => other.id));
      lines.delete(id);
      const cost = lines.size + order * 0.08;
      if (lines.size <= most && cost < least) [found, least] = [place, cost];
    });
    if (found) taken.add({ ...found.box, id, word: true });
    return found;
  };
  const names = new Map(marks.map((mark) => [mark.id, best(mark.id, aroundMark(mark), WORST)]));
  const worded = links.filter(({ text }) => text).toSorted((one, other) => Boolean(other.looked) - Boolean(one.looked));
  const words = new Map(worded.map((link) => [link.id, best(link.id, alongLine(link), link.crossed)]));
  return { names, words };
}

function sampled(curve) {
  const length = Math.hypot(curve[2][0] - curve[0][0], curve[2][1] - curve[0][1]);
  const steps = Math.max(Math.ceil(length / 9), 1);
  return Array.from({ length: steps + 1 }, (_, step) => pointOf(curve, step / steps));
}

/** Rectangles by the cells that they lie in, so that each is compared with few. */
class Grid {
  #cells = new Map();

  add(box) {
    for (const cell of cellsOf(box)) {
      if (!this.#cells.has(cell)) this.#cells.set(cell, []);
      this.#cells.get(cell).push(box);
    }
  }

  in(box) {
    const overlaps = (other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
    return cellsOf(box).flatMap((cell) => this.#cells.get(cell)?.filter(overlaps) ?? []);
  }
}

const CELL = 60;

function cellsOf({ left, right, top, bottom }) {
  const cells = [];
  for (let x = Math.floor(left / CELL); x <= right / CELL; x += 1) {
    for (let y = Math.floor(top / CELL); y <= bottom / CELL; y += 1) cells.push((x + 500) * 10_000 + y + 500);
  }
  return cells;
}
