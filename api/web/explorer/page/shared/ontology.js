/** What relations mean: asked for once. */
import { ask } from "./api.js";

const QUERY = `{ ontology {
  relations { name label inverseLabel symmetric stance bearing forwardWeight backwardWeight domain range comment identifies }
  classes { name label iri parents abstract }
} }`;

let asked;

/** The relations and classes by name; each relation with the form in which it is drawn. */
export function ontology() {
  asked ??= ask(QUERY).then(({ ontology: found }) => ({
    relations: new Map(found.relations.map((relation) => [relation.name, { ...relation, form: formOf(relation) }])),
    classes: new Map(found.classes.map((kind) => [kind.name, kind])),
  }));
  asked.catch(() => (asked = undefined));
  return asked;
}

/** Speech is dashed, interest solid, what a claim means for somebody dotted, all else thin. */
function formOf({ stance, bearing, forwardWeight, backwardWeight }) {
  if (stance !== null) return "stance";
  if (bearing !== null) return "bearing";
  return forwardWeight || backwardWeight ? "interest" : "plain";
}

/** The sign that shows on a line: that of a stance, a bearing, or of the interest along it. */
export function signOf(relation) {
  return relation.stance ?? relation.bearing ?? (relation.forwardWeight || relation.backwardWeight || 0);
}
