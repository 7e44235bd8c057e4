/** Hands on the drawing: pointers that drag, pinch and choose, keys that walk from node to node. */

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const ACTS = { e: "expand", c: "collapse", p: "pin" };

export function handled(drawing) {
  const { svg } = drawing;
  const pointers = new Map();
  let held = null;
  let moved = 0;

  svg.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    held = event.target.closest?.(".node")?.dataset.id ?? null;
    moved = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (pointers.size === 2) pinch(drawing, pointers, event);
    else if (moved + Math.hypot(dx, dy) > 4) {
      svg.setPointerCapture(event.pointerId);
      svg.parentElement?.classList.add("dragging");
      if (held) shift(drawing, held, dx, dy);
      else drawing.view.drag(dx, dy);
      drawing.place();
    }
    moved += Math.hypot(dx, dy);
    pointers.set(event.pointerId, event);
  });
  const release = (event) => {
    const chosen = moved <= 4 && held;
    pointers.delete(event.pointerId);
    svg.parentElement?.classList.remove("dragging");
    if (chosen && event.type === "pointerup") opened(drawing, held);
    else if (held && moved > 4) drawing.told.act("pin", held, true);
    held = null;
  };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("dblclick", (event) => {
    const id = event.target.closest?.(".node")?.dataset.id;
    if (id && !drawing.at.get(id)?.node.members) drawing.told.act("expand", id);
  });
  svg.addEventListener("wheel", (event) => {
    // The page scrolls as ever; with the control key, as a pinch on a touchpad sends it, the drawing grows.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    drawing.zoom(Math.exp(-event.deltaY / 300), event.offsetX, event.offsetY);
  }, { passive: false });
  svg.addEventListener("keydown", (event) => pressed(drawing, event));
}

function shift(drawing, id, dx, dy) {
  const node = drawing.at.get(id)?.node;
  if (!node) return; // what is drawn has changed under the hand
  node.x += dx / drawing.view.scaleX;
  node.y += dy / drawing.view.scaleY;
}

function pinch(drawing, pointers, event) {
  const [one, other] = [...pointers.values()];
  const still = one.pointerId === event.pointerId ? other : one;
  const before = pointers.get(event.pointerId);
  const ratio = Math.hypot(event.clientX - still.clientX, event.clientY - still.clientY) / Math.max(Math.hypot(before.clientX - still.clientX, before.clientY - still.clientY), 1);
  const box = drawing.svg.getBoundingClientRect();
  drawing.zoom(ratio, (event.clientX + still.clientX) / 2 - box.left, (event.clientY + still.clientY) / 2 - box.top);
}

function pressed(drawing, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const link = event.target.closest?.(".link")?.dataset.link;
  const node = event.target.closest?.(".node")?.dataset.id ?? drawing.current;
  if (ARROWS[event.key]) nearest(drawing, node, ARROWS[event.key]);
  else if (event.key === "Enter" || event.key === " ") opened(drawing, link ?? node);
  else if (event.key === "l") nextLink(drawing, node, link);
  else if (event.key === "+") drawing.zoom(1.3);
  else if (event.key === "-") drawing.zoom(1 / 1.3);
  else if (event.key === "0") drawing.fit();
  else if (ACTS[event.key]) drawing.told.act(ACTS[event.key], node);
  else return;
  event.preventDefault();
}

/** Chooses a node or a link; a bubble opens. */
function opened(drawing, id) {
  if (drawing.at.get(id)?.node.members) drawing.told.act("expand", id);
  else drawing.choose(id, true);
}

/** Goes to the node that lies nearest in a direction. */
function nearest(drawing, from, [right, down]) {
  const [x, y] = drawing.spot(from);
  const ranked = drawing.nodes
    .filter(({ node }) => node.id !== from)
    .map(({ node, element }) => {
      const [otherX, otherY] = drawing.spot(node.id);
      const along = (otherX - x) * right + (otherY - y) * down;
      const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
      return { element, along, far: along + 2 * aside };
    })
    .filter(({ along }) => along > 1)
    .sort((a, b) => a.far - b.far);
  ranked[0]?.element.focus({ preventScroll: true });
}

/** Goes round the links of a node. */
function nextLink(drawing, node, current) {
  const own = drawing.links.filter(({ from, to }) => from === node || to === node);
  const place = own.findIndex(({ said }) => said.id === current);
  own[(place + 1) % own.length]?.element.focus({ preventScroll: true });
}
