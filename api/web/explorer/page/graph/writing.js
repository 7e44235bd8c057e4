/** What is drawn, in forms that can be taken along: a picture, a query, Turtle, JSON-LD. */
import { download } from "../shared/element.js";

const CB = "https://w3id.org/cuibono/ns#";
const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const SKOS = "http://www.w3.org/2004/02/skos/core#";
/** More to a side, no browser draws. */
const MOST_PIXELS = 8_000;
const DRAWN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "font-family", "font-size", "font-weight", "paint-order", "stroke-linejoin"];

/** The drawing as a file of its own, of a size in pixels: what the style sheets say is written into it. */
function svgText(svg, { width, height }) {
  const copy = svg.cloneNode(true);
  const originals = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, number) => {
    const style = getComputedStyle(originals[number]);
    if (style.display === "none") element.dataset.gone = "";
    for (const name of DRAWN) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "role", "aria-pressed"]) element.removeAttribute(name);
  });
  copy.querySelectorAll("[data-gone]").forEach((element) => element.remove());
  copy.querySelectorAll("marker path").forEach((element) => element.setAttribute("fill", "context-stroke"));
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.insertAdjacentElement("afterbegin", ground(svg, width, height));
  return new XMLSerializer().serializeToString(copy);
}

function ground(svg, width, height) {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  Object.entries({ width, height, fill: getComputedStyle(svg.parentElement).backgroundColor }).forEach(([name, value]) => rect.setAttribute(name, value));
  return rect;
}

/** A picture of all that is drawn, or of what is in view: its text, and its size. */
function pictured(drawing, whole) {
  const taken = (size) => ({ text: svgText(drawing.svg, size), size });
  return whole ? drawing.asWhole(taken) : taken(drawing.view.size());
}

export function saveSvg(drawing, whole) {
  download("graph.svg", "image/svg+xml", pictured(drawing, whole).text);
}

export async function savePng(drawing, whole) {
  const { text, size: { width, height } } = pictured(drawing, whole);
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = url;
  await image.decode();
  const sharp = Math.min(2, MOST_PIXELS / Math.max(width, height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * sharp), height: Math.round(height * sharp) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  download("graph.png", "image/png", await new Promise((done) => canvas.toBlob(done, "image/png")));
}

/** The question that brings what stands around the center. */
export function graphqlText({ of, depth, limit, asOf, status }) {
  const given = [`of: ${JSON.stringify(of)}`, `depth: ${depth}`, `limit: ${limit}`, asOf && `asOf: ${JSON.stringify(asOf)}`, status.length > 1 && `status: [${status.join(", ")}]`];
  return `{
  neighborhood(${given.filter(Boolean).join(", ")}) {
    nodes { distance node { ... on Node { __typename id label } } }
    statements { text subject { ... on Node { id } } predicate { name } object { ... on Node { id } } basis status confidence evidence { exact } }
    cut
  }
}`;
}

export function turtleText({ nodes, links }, classes) {
  const lines = [`@prefix cb: <${CB}> .`, `@prefix rdf: <${RDF}> .`, `@prefix skos: <${SKOS}> .`, ""];
  for (const node of nodes) {
    const isClaim = node.__typename === "Claim";
    lines.push(`${iri(node.iri)} a ${isClaim ? "cb:Claim" : iri(classes.get(node.__typename).iri)} ; ${isClaim ? "cb:text" : "skos:prefLabel"} ${literal(node.label)} .`);
  }
  lines.push("");
  for (const { said } of links) {
    lines.push(
      `${iri(said.iri)} a cb:Statement, rdf:Statement ;`,
      `  rdf:subject ${iri(said.subject.iri)} ; rdf:predicate ${iri(said.predicate.iri)} ; rdf:object ${iri(said.object.iri)} ;`,
      `  cb:basis cb:${named(said.basis)} ; cb:status cb:${named(said.status)} .`,
    );
  }
  return `${lines.join("\n")}\n`;
}

export function jsonldText({ nodes, links }, classes) {
  const things = nodes.map((node) => ({
    "@id": node.iri,
    "@type": node.__typename === "Claim" ? "cb:Claim" : classes.get(node.__typename).iri,
    [node.__typename === "Claim" ? "cb:text" : "skos:prefLabel"]: node.label,
  }));
  const statements = links.map(({ said }) => ({
    "@id": said.iri,
    "@type": ["cb:Statement", "rdf:Statement"],
    "rdf:subject": { "@id": said.subject.iri },
    "rdf:predicate": { "@id": said.predicate.iri },
    "rdf:object": { "@id": said.object.iri },
    "cb:basis": { "@id": `cb:${named(said.basis)}` },
    "cb:status": { "@id": `cb:${named(said.status)}` },
  }));
  return JSON.stringify({ "@context": { cb: CB, rdf: RDF, skos: SKOS }, "@graph": [...things, ...statements] }, null, 2);
}

const named = (constant) => constant[0] + constant.slice(1).toLowerCase();

const iri = (text) => `<${text.replace(/[\u0000-\u0020<>"{}|^`\\]/g, escaped)}>`;

const literal = (text) => `"${text.replace(/["\\\u0000-\u001f]/g, escaped)}"`;

const escaped = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
