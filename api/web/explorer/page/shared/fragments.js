/** Parts of queries that several views ask for. */

export const NAMED = `fragment Named on Node { __typename id label }`;

export const SAID = `fragment Said on Statement {
  __typename id text basis status confidence confidenceStated statedOn validFrom validTo contested
  predicate { name label }
  subject { ...Named } object { ...Named }
  speaker { ...Named } saidVia { ...Named }
  inResponseTo { id text }
  evidence { id exact prefix suffix document { id label title publisher published } }
}
${NAMED}`;

export const FOUND = `fragment Found on ConflictOfInterest {
  actor { ...Named } target { ...Named } claim { ...Named }
  alignment strength effectiveStance undated weakestBasis explanation
  stance { ...Said } bearing { ...Said }
  interestPath { ...Walked } opposingPath { ...Walked }
}
fragment Walked on Path {
  strength undated
  hops { from { ...Named } to { ...Named } weight relationWeight halved undated disputedBy { ...Named } statement { ...Said } }
}
${SAID}`;
