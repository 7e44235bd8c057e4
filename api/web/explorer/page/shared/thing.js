/** Links to what stands in the graph. */
import { h } from "./element.js";
import { address } from "./router.js";

const VIEWS = { Claim: "claim", Statement: "statement", Document: "document" };

export function addressOf({ __typename, id }) {
  return address(VIEWS[__typename] ?? "entity", id);
}

export function thing(found) {
  return h("a", { class: "thing", href: addressOf(found) }, found.label || "without a name");
}

/** Several, with commas. */
export function things(found) {
  return found.flatMap((one, place) => (place ? [", ", thing(one)] : [thing(one)]));
}
