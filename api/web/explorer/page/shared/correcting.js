/** Correcting a statement: other ends, another relation. The corrected one takes its place, with the same evidence. */
import { ask } from "./api.js";
import { h } from "./element.js";
import { ontology } from "./ontology.js";

const WHOLE = `query Whole($id: ID!) {
  node(id: $id) { ... on Statement {
    basis confidence confidenceStated statedOn validFrom validTo
    speaker { id } saidVia { id } document { id } inResponseTo { id } derivedFrom { id } attributes { name value }
    evidence { exact prefix suffix start row document { id } }
  } }
}`;
const CORRECT = `mutation Correct($input: AddStatementInput!) { addStatement(input: $input) { statement { id text } errors { message } } }`;

/** A form for a statement's ends and relation; `done` is told the text of what takes its place. */
export async function correctingForm(said, { done, failed, signal }) {
  const { relations } = await ontology();
  const field = (id, words, control) => h("label", { class: "field", for: id }, words, Object.assign(control, { id }));
  const subject = h("input", { type: "text", value: said.subject.label, autocomplete: "off" });
  const object = h("input", { type: "text", value: said.object.label, autocomplete: "off" });
  const predicate = h("select", {}, [...relations.values()].map(({ name, label }) => h("option", { value: name, selected: name === said.predicate.name }, label)));
  // What was not changed keeps its id: two things may have one name.
  const end = (input, before) => (input.value.trim() === before.label ? before.id : input.value.trim());

  async function send(event) {
    event.preventDefault();
    try {
      const { node } = await ask(WHOLE, { id: said.id }, signal);
      const input = { ...carried(node), subject: end(subject, said.subject), predicate: predicate.value, object: end(object, said.object), revisionOf: said.id };
      const { addStatement } = await ask(CORRECT, { input }, signal);
      if (addStatement.errors.length) throw new Error(addStatement.errors.map(({ message }) => message).join(" "));
      done(addStatement.statement.text);
    } catch (error) {
      if (error.name !== "AbortError") failed(error);
    }
  }

  return h("form", { class: "decide", "aria-label": "Correct it", submit: send },
    field("corrected-subject", "Subject", subject), field("corrected-predicate", "Relation", predicate), field("corrected-object", "Object", object),
    h("button", { class: "strong" }, "Accept it so"));
}

/** All that the corrected statement takes over. */
function carried(node) {
  const { basis, statedOn, validFrom, validTo, attributes } = node;
  return {
    basis, statedOn, validFrom, validTo, attributes,
    confidence: node.confidenceStated ? node.confidence : null,
    speaker: node.speaker?.id, saidVia: node.saidVia?.id, document: node.document?.id, inResponseTo: node.inResponseTo?.id,
    derivedFrom: node.derivedFrom.map(({ id }) => id),
    evidence: node.evidence.map(({ exact, prefix, suffix, start, row, document }) => ({ document: document.id, quote: exact, prefix, suffix, start, row })),
  };
}
