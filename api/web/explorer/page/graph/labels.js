/** Which names can be shown without any overlapping another. */

const LETTER = 7.1;
const HEIGHT = 15;

/** The ids whose labels are kept: the first in the order given have the first choice. `radius` is that of a node. */
export function thinned(labels, radius) {
  const taken = new Grid();
  const kept = new Set();
  for (const { place } of labels) taken.add({ left: place[0] - radius, right: place[0] + radius, top: place[1] - radius, bottom: place[1] + radius });
  for (const { id, place: [x, y], lines } of labels) {
    const half = (Math.max(...lines.map(({ length }) => length)) * LETTER) / 2;
    const box = { left: x - half, right: x + half, top: y + 13, bottom: y + 13 + HEIGHT * lines.length };
    if (taken.hits(box)) continue;
    taken.add(box);
    kept.add(id);
  }
  return kept;
}

/** Rectangles by the cells that they lie in, so that many are compared with few. */
class Grid {
  #cells = new Map();

  add(box) {
    for (const cell of cellsOf(box)) {
      if (!this.#cells.has(cell)) this.#cells.set(cell, []);
      this.#cells.get(cell).push(box);
    }
  }

  hits(box) {
    return cellsOf(box).some((cell) => this.#cells.get(cell)?.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top));
  }
}

const CELL = 80;

function cellsOf({ left, right, top, bottom }) {
  const cells = [];
  for (let x = Math.floor(left / CELL); x <= right / CELL; x += 1) for (let y = Math.floor(top / CELL); y <= bottom / CELL; y += 1) cells.push(`${x} ${y}`);
  return cells;
}
