/** A finding, whole: the sentence, the diagram, the quotes along it and the arithmetic. */
import { diagram } from "./diagram.js";
import { h } from "./element.js";
import { lineSample } from "./marks.js";
import { meta, quote, sentence } from "./statement.js";
import { thing, things } from "./thing.js";
import { signed, strength } from "./words.js";

/** What shows inside an open finding; `width` is that of the place it goes to. */
export function findingInside(finding, width, relations) {
  const inner = Math.max(width - 38, 280);
  return [
    diagram(finding, finding.interestPath, inner, relations),
    legend(),
    sum(finding),
    h("div", { class: "columns" },
      h("section", { class: "stack" }, h("h3", { class: "over" }, "What is said"), h("ol", { class: "steps" }, step(finding.stance, "said"), finding.bearing && step(finding.bearing, "meant"))),
      h("section", { class: "stack" }, h("h3", { class: "over" }, "What they gain or lose by"), walk(finding.interestPath, finding))),
    finding.opposingPath && h("section", { class: "stack" },
      h("h3", { class: "over" }, `The other way, ${signed(finding.opposingPath.strength)}`), diagram(finding, finding.opposingPath, inner, relations), walk(finding.opposingPath, finding)),
  ].filter(Boolean);
}

function walk(path, finding) {
  if (!path.hops.length) return h("p", {}, thing(finding.actor), " speaks of itself: interest 1.");
  return h("ol", { class: "steps" }, path.hops.map((hop) => step(hop.statement, "", hopNote(hop))));
}

function hopNote(hop) {
  const parts = [signed(hop.weight ?? 0)];
  if (hop.relationWeight !== null && hop.relationWeight !== hop.weight) parts.push(`= ${signed(hop.relationWeight)} × confidence ${hop.statement.confidence}${hop.halved ? " × ½" : ""}`);
  return h("p", { class: "small sum" }, h("b", {}, parts[0]), parts[1] && ` ${parts[1]}`,
    hop.undated && " · dates unknown",
    hop.disputedBy.length > 0 && [" · disputed by ", things(hop.disputedBy)]);
}

function step(said, form, note) {
  return h("li", { class: form }, sentence(said), note, meta(said), said.evidence.slice(0, 2).map(quote),
    said.evidence.length > 2 && h("p", { class: "small soft" }, `and ${said.evidence.length - 2} more`));
}

/** Strength, factor by factor. */
function sum(finding) {
  const bearing = finding.bearing ? ` × bearing ${strength(Math.abs(finding.effectiveStance))} with its confidence` : "";
  const interest = finding.interestPath.strength ?? 1;
  return h("p", { class: "sum" }, "Strength ", h("b", {}, strength(finding.strength)), " = |stance| × confidence ", strength(finding.stance.confidence), bearing, " × interest ", strength(Math.abs(interest)),
    finding.undated && " · it is not known whether the interest was held when the stance was taken");
}

export function legend() {
  return h("p", { class: "legend" },
    [["stance", "says"], ["bearing", "what the claim means"], ["interest", "interest"]].map(([form, words]) => h("span", {}, lineSample(form), words)),
    h("span", {}, h("b", { class: "gain" }, "+"), " gains with it"), h("span", {}, h("b", { class: "lose" }, "−"), " loses with it"));
}
