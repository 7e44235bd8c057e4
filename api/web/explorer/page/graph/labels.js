/** Which words can be shown without any overlapping others. */

const LETTER = 7.1;
const HEIGHT = 15;

/** The rectangle of lines of words in the middle below a place. */
export function below([x, y], lines) {
  const half = (Math.max(...lines.map(({ length }) => length)) * LETTER) / 2;
  return { left: x - half, right: x + half, top: y + 13, bottom: y + 13 + HEIGHT * lines.length };
}

/** The rectangle of a word around a place. */
export function around([x, y], word) {
  const half = (word.length * LETTER * 0.86) / 2;
  return { left: x - half, right: x + half, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 };
}

export function disc([x, y], radius) {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

/**
 * The ids of the words that are kept: the first in the order given have the first choice. None lies over another; the first
 * `most` may lie over the shapes of nodes, as what matters most has to have its name.
 */
export function thinned(shapes, words, most) {
  const [drawn, written] = [new Grid(), new Grid()];
  shapes.forEach((box) => drawn.add(box));
  const kept = new Set();
  words.forEach(({ id, box }, place) => {
    if (written.hits(box) || (place >= most && drawn.hits(box))) return;
    written.add(box);
    kept.add(id);
  });
  return kept;
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

  hits(box) {
    const overlaps = (other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
    return cellsOf(box).some((cell) => this.#cells.get(cell)?.some(overlaps));
  }
}

const CELL = 80;

function cellsOf({ left, right, top, bottom }) {
  const cells = [];
  for (let x = Math.floor(left / CELL); x <= right / CELL; x += 1) {
    for (let y = Math.floor(top / CELL); y <= bottom / CELL; y += 1) cells.push(`${x} ${y}`);
  }
  return cells;
}
