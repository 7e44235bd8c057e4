/** Correcting a statement: other ends, another relation. The corrected one takes its place, with the same evidence. */
import { ask } from "./api.js";
import { calmed, h } from "./element.js";
import { NAMED } from "./fragments.js";
import { ontology } from "./ontology.js";
import { spaced } from "./words.js";

const WHOLE = `query Whole($id: ID!) {
  node(id: $id) { ... on Statement {
    basis confidence confidenceStated statedOn validFrom validTo
    speaker { id } saidVia { id } document { id } inResponseTo { id } derivedFrom { id } attributes { name value }
    evidence { exact prefix suffix start row document { id } }
  } }
}`;
const CORRECT = `mutation Correct($input: AddStatementInput!) { addStatement(input: $input) { statement { id text } errors { message } } }`;
const KNOWN = `query Known($words: String!) { search(text: $words, first: 12) { edges { node { ...Named } } } } ${NAMED}`;
const LEAST = 2;

/** A form for a statement's ends and relation, or for the ends alone; it is sent by `act`, and `done` is told what takes its place. */
export async function correctingForm(said, { linking, act, done, signal }) {
  const { relations } = await ontology();
  const field = (id, words, control) => h("label", { class: "field", for: id }, words, Object.assign(control, { id }));
  const subject = end(said.subject, "corrected-subject", signal);
  const object = end(said.object, "corrected-object", signal);
  const predicate = h("select", {}, [...relations.values()].map(({ name, label }) => h("option", { value: name, selected: name === said.predicate.name }, label)));

  async function send() {
    const ends = { subject: subject.chosen(), predicate: predicate.value, object: object.chosen() };
    const { node } = await ask(WHOLE, { id: said.id }, signal);
    const { addStatement } = await ask(CORRECT, { input: { ...carried(node), ...ends, revisionOf: said.id } });
    if (addStatement.errors.length) throw new Error(addStatement.errors.map(({ message }) => message).join(" "));
    await done(addStatement.statement.text);
  }

  return h("form", { class: "decide", "aria-label": linking ? "Link it" : "Edit it", submit: (event) => { event.preventDefault(); act(send); } },
    field("corrected-subject", linking ? "Its subject is" : "Subject", subject.input), subject.known,
    !linking && field("corrected-predicate", "Relation", predicate),
    field("corrected-object", linking ? "Its object is" : "Object", object.input), object.known,
    h("button", { class: "strong" }, "Accept it so"));
}

/** A field for an end, which suggests what is known as somebody types. */
function end(before, id, signal) {
  const known = h("datalist", { id: `${id}-known` });
  const ids = new Map([[before.label, before.id]]);
  const look = calmed(180, async () => {
    const words = input.value.trim();
    if ([...words].length < LEAST || ids.has(words)) return;
    try {
      const { search } = await ask(KNOWN, { words }, signal);
      if (input.value.trim() !== words) return; // other words are asked for by now
      const found = search.edges.map(({ node }) => node).filter(({ __typename }) => __typename !== "Statement" && __typename !== "Document");
      // Two things may have one name: the first that is found is the one that fits best.
      for (const node of found) if (!ids.has(node.label)) ids.set(node.label, node.id);
      known.replaceChildren(...found.map(({ label, __typename }) => h("option", { value: label, label: `${label}, ${spaced(__typename)}` })));
    } catch {
      // Without suggestions a name can still be typed.
    }
  }, signal);
  const input = h("input", { type: "text", value: before.label, autocomplete: "off", list: known.id, input: look });
  const chosen = () => ids.get(input.value.trim()) ?? input.value.trim();
  return { input, known, chosen };
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
