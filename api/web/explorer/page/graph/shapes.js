/** Forms of nodes by class, so that no colour is needed to tell them apart. */
import { s } from "../shared/element.js";

const PATHS = {
  Person: "M0-10A10 10 0 1 1 0 10A10 10 0 1 1 0-10Z",
  Organization: "M-8-9H8Q9-9 9-8V8Q9 9 8 9H-8Q-9 9-9 8V-8Q-9-9-8-9Z",
  Product: "M0-11.5 11.5 0 0 11.5-11.5 0Z",
  Regulation: "M-6-10H6L11 0 6 10H-6L-11 0Z",
  Country: "M0-11 10.5 8.5H-10.5Z",
  Claim: "M-11-8H11V5H2L-3 10V5H-11Z",
};

/** The form of a class, or of the nearest class above it that has one. */
export function shapeOf(typename, classes) {
  const waiting = [typename];
  while (waiting.length) {
    const name = waiting.shift();
    if (PATHS[name]) return PATHS[name];
    waiting.push(...(classes.get(name)?.parents ?? []));
  }
  return PATHS.Person;
}

export function sample(typename, classes) {
  return s("svg", { viewBox: "-13 -13 26 26", "aria-hidden": "true" }, s("path", { class: "shape", d: shapeOf(typename, classes) }));
}
