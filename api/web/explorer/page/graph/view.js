/** How a drawing is looked at: how large one unit of the layout is, and where its origin stands in the window. */
import { MARK, NARROW, unitOf } from "./sizes.js";

const MOST = 170;
/** How much more one way than the other it may be drawn out to fill the place. */
const STRETCH = 2;
/** What of the legible scale may be lost, to show all at once: on a phone it is better to look around. */
const [LEAST, LEAST_NARROW] = [0.75, 0.9];
const MARGIN = { side: 74, top: 44, bottom: 52 };

export class View {
  #drawing;
  #room;

  /** Looks at a drawing through its window, or through one of another size, `room`. */
  constructor(drawing, room = null) {
    this.#drawing = drawing;
    this.#room = room;
    [this.scaleX, this.scaleY] = [1, 1];
    [this.x, this.y] = [0, 0];
  }

  /** Width and height of the window. */
  size() {
    if (this.#room) return this.#room;
    const box = this.#drawing.svg.getBoundingClientRect();
    return { width: box.width || 800, height: box.height || 600 };
  }

  /** Where a node stands in the window. */
  spot({ x, y }) {
    return [x * this.scaleX + this.x, y * this.scaleY + this.y];
  }

  /** How far the nodes reach, what the margins take, and how large all could be drawn within the window. */
  #extent() {
    const { seen, nodes } = this.#drawing;
    const [xs, ys] = ["x", "y"].map((axis) => seen.nodes.map((node) => node[axis]));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const more = 2 * (Math.max(...nodes.map(({ radius }) => radius)) - MARK);
    const margins = [2 * MARGIN.side + more, MARGIN.top + MARGIN.bottom + more];
    const { width, height } = this.size();
    const far = [Math.max(right - left, 0.8), Math.max(bottom - top, 0.8)];
    return { far, margins, scales: [(width - margins[0]) / far[0], (height - margins[1]) / far[1]], middle: [(left + right) / 2, (top + bottom) / 2] };
  }

  /** Shows all of it where names can still be read, else what matters most in the middle; returns whether it is all. */
  open() {
    const { picture, seen } = this.#drawing;
    const { scales } = this.#extent();
    const legible = unitOf(seen.nodes) * (this.size().width < NARROW ? LEAST_NARROW : LEAST);
    // A path is seen whole, whatever is lost of the names beside it.
    const whole = Math.min(...scales) >= legible || picture.paths > 0;
    if (whole) this.fit();
    else {
      const { x, y } = picture.nodes.get(picture.center);
      this.#look(scales.map((scale) => Math.min(Math.max(scale, legible), legible * STRETCH)), [x, y]);
      this.#hold();
    }
    return whole;
  }

  /** Shows all of it, stretched a little where that fills the place better. */
  fit() {
    const { scales, middle } = this.#extent();
    this.#look(fitting(scales), middle);
  }

  /** A view of all of it through a window as large as names need it. */
  whole() {
    const { far, margins, scales, middle } = this.#extent();
    const unit = unitOf(this.#drawing.seen.nodes);
    const [scaleX, scaleY] = fitting(scales).map((scale) => Math.max(scale, unit));
    const view = new View(this.#drawing, { width: Math.ceil(far[0] * scaleX + margins[0]), height: Math.ceil(far[1] * scaleY + margins[1]) });
    view.#look([scaleX, scaleY], middle);
    return view;
  }

  #look([scaleX, scaleY], [x, y]) {
    const { width, height } = this.size();
    Object.assign(this, { scaleX, scaleY, x: width / 2 - x * scaleX, y: (height + MARGIN.top - MARGIN.bottom) / 2 - y * scaleY });
  }

  /** Leaves no empty margin at one side while something is cut off at the other. */
  #hold() {
    const { width, height } = this.size();
    for (const [axis, scale, room, before, after] of [["x", this.scaleX, width, MARGIN.side, MARGIN.side], ["y", this.scaleY, height, MARGIN.top, MARGIN.bottom]]) {
      const places = this.#drawing.seen.nodes.map((node) => node[axis] * scale + this[axis]);
      const [first, last] = [Math.min(...places) - before, Math.max(...places) + after];
      if (last - first <= room) this[axis] += (room - first - last) / 2;
      else this[axis] += first > 0 ? -first : last < room ? room - last : 0;
    }
  }

  /** Makes it larger or smaller around a place of the window, or around its middle. */
  zoom(by, x = this.size().width / 2, y = this.size().height / 2) {
    const real = Math.min(Math.max(this.scaleX * by, 6), MOST * 4) / this.scaleX;
    Object.assign(this, { scaleX: this.scaleX * real, scaleY: this.scaleY * real, x: x - (x - this.x) * real, y: y - (y - this.y) * real });
  }

  drag(dx, dy) {
    this.x += dx;
    this.y += dy;
  }
}

/** The scales of both ways, of which one may be somewhat larger than the other. */
function fitting(scales) {
  const least = Math.min(...scales, MOST);
  return scales.map((scale) => Math.min(scale, least * STRETCH, MOST));
}
