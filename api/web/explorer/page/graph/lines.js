/** Lines between nodes: how they bend, where they begin and end. */

/** Several statements between two things bend apart. */
export function bundled(links) {
  const groups = Map.groupBy(links, ({ from, to }) => [from, to].sort().join(" "));
  return [...groups.values()].flatMap((group) => group.map((link, number) => {
    const side = link.from < link.to ? 1 : -1;
    return { ...link, bend: (number - (group.length - 1) / 2) * 1.4 * side };
  }));
}

/** The start of a line, what it bends to, and its end, from one mark to another. */
export function curveOf(bend, [fromX, fromY, fromRadius], [toX, toY, toRadius]) {
  const length = Math.hypot(toX - fromX, toY - fromY) || 1;
  const [ux, uy] = [(toX - fromX) / length, (toY - fromY) / length];
  const off = bend * Math.min(length * 0.16, 26);
  const pull = [(fromX + toX) / 2 - uy * off, (fromY + toY) / 2 + ux * off];
  const [before, after] = [Math.min(fromRadius + 5, length / 3), Math.min(toRadius + 7, length / 3)];
  return [[fromX + ux * before, fromY + uy * before], pull, [toX - ux * after, toY - uy * after]];
}

export function pathOf([start, pull, end]) {
  return `M${written(start)} Q${written(pull)} ${written(end)}`;
}

const written = (point) => point.map((number) => number.toFixed(1)).join(" ");
