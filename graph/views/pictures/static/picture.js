// The picture of a graph as a widget: move it, enlarge it, choose something in it and read what is said of it.

const ZOOM = 1.25;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// What the graph says is data of strangers: it is parsed as SVG, and anything that could run is left out.
function parsed(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (root.nodeName !== "svg") return element("p", "the picture cannot be read");
  for (const part of root.querySelectorAll("script, foreignObject")) part.remove();
  return document.importNode(root, true);
}

function download(blob, name) {
  const link = element("a", "", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function whole(svg) {
  const copy = svg.cloneNode(true);
  for (const part of copy.querySelectorAll(".far, .chosen")) part.classList.remove("far", "chosen");
  const style = getComputedStyle(svg);
  for (const name of ["paper", "ink", "quiet", "gain", "loss"])
    copy.style.setProperty(`--${name}`, style.getPropertyValue(`--${name}`));
  return new XMLSerializer().serializeToString(copy);
}

async function savePng(svg) {
  const box = svg.viewBox.baseVal;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(whole(svg))}`;
  await image.decode();
  const canvas = element("canvas", "", { width: box.width * 2, height: box.height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => download(blob, "graph.png"), "image/png");
}

function render({ model, el }) {
  const svg = parsed(model.get("svg"));
  const things = model.get("things");
  const bar = element("div", "", { role: "toolbar", "aria-label": "Picture" });
  const note = element("div", "", { "aria-live": "polite" });
  note.style.cssText = "font-size:13px;line-height:1.45;max-height:14em;overflow:auto;margin-top:.4em";
  svg.style.touchAction = "none";
  svg.style.cursor = "grab";
  el.append(bar, svg, note);
  if (svg.nodeName !== "svg") return;

  const begin = svg.getAttribute("viewBox").split(" ").map(Number);
  let view = [...begin];
  const show = () => svg.setAttribute("viewBox", view.join(" "));
  const zoom = (factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    view = [x - (x - view[0]) / factor, y - (y - view[1]) / factor, view[2] / factor, view[3] / factor];
    show();
  };
  const move = (across, down) => {
    view[0] += (across * view[2]) / 10;
    view[1] += (down * view[3]) / 10;
    show();
  };
  const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  const buttons = [
    ["Enlarge", () => zoom(ZOOM)],
    ["Reduce", () => zoom(1 / ZOOM)],
    ["Whole", () => { view = [...begin]; show(); }],
    ["Save SVG", () => download(new Blob([whole(svg)], { type: "image/svg+xml" }), "graph.svg")],
    ["Save PNG", () => savePng(svg)],
  ];
  for (const [name, act] of buttons) {
    const button = element("button", name, { type: "button" });
    button.addEventListener("click", act);
    bar.append(button, " ");
  }

  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const point = at(event);
    zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, point.x, point.y);
  }, { passive: false });
  let held = null;
  svg.addEventListener("pointerdown", (event) => { held = at(event); });
  svg.addEventListener("pointermove", (event) => {
    if (!held || !event.buttons) return;
    const point = at(event);
    view[0] += held.x - point.x;
    view[1] += held.y - point.y;
    show();
  });
  svg.addEventListener("pointerup", () => { held = null; });

  const nodes = [...svg.querySelectorAll(".node")];
  const lines = [...svg.querySelectorAll(".line[data-start]")];
  const words = [...svg.querySelectorAll(".line[data-line]")];
  const mark = () => {
    const chosen = things.findIndex((thing) => thing.iri === model.get("chosen"));
    const near = new Set([chosen]);
    lines.forEach((line) => {
      const ends = [Number(line.dataset.start), Number(line.dataset.end)];
      if (ends.includes(chosen)) ends.forEach((end) => near.add(end));
      line.classList.toggle("far", chosen >= 0 && !ends.includes(chosen));
    });
    words.forEach((word) => {
      word.classList.toggle("far", lines[Number(word.dataset.line)].classList.contains("far"));
    });
    nodes.forEach((node, number) => {
      node.classList.toggle("far", chosen >= 0 && !near.has(number));
      node.classList.toggle("chosen", number === chosen);
      node.setAttribute("aria-pressed", String(number === chosen));
    });
    note.replaceChildren();
    if (chosen < 0) return;
    note.append(element("strong", things[chosen].label), ` (${things[chosen].kind})`);
    const list = element("ul");
    for (const told of things[chosen].said) {
      const item = element("li", `${told.says} · ${told.basis}`);
      if (told.quote) item.append(element("br"), element("q", told.quote));
      list.append(item);
    }
    note.append(list);
  };
  const choose = (iri) => {
    model.set("chosen", iri);
    model.save_changes();
    mark();
  };
  nodes.forEach((node, number) => {
    const act = () => choose(model.get("chosen") === things[number].iri ? null : things[number].iri);
    node.style.cursor = "pointer";
    node.addEventListener("click", act);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      act();
    });
  });
  svg.addEventListener("keydown", (event) => {
    const acts = {
      "+": () => zoom(ZOOM), "-": () => zoom(1 / ZOOM), Escape: () => choose(null),
      ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0), ArrowUp: () => move(0, -1), ArrowDown: () => move(0, 1),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
  model.on("change:chosen", mark);
  mark();
}

export default { render };
