/** What stands where an answer is not there yet, is empty, or failed; and what is told to those who do not see it. */
import { h } from "./element.js";

export function announce(text) {
  document.getElementById("live").textContent = text;
}

export function waiting(what) {
  return h("p", { class: "waiting" }, what);
}

export function empty(title, ...hints) {
  return h("div", { class: "state" }, h("strong", {}, title), hints.map((hint) => (typeof hint === "string" ? h("p", {}, hint) : hint)));
}

/** The whole view of something that is not there. */
export function missing(what, ...hints) {
  return [h("header", { class: "head" }, h("h1", {}, `There is no such ${what}`)), empty("It may have been removed, or the address mistyped.", ...hints)];
}

export function failed(error, again) {
  const hint = {
    UNREACHABLE: "Start it again with cuibono serve, then try once more.",
    NOT_FOUND: "It may have been removed, or the address mistyped. Search for it by name.",
    UNAUTHENTICATED: "Give a token on the Review page.",
    FORBIDDEN: "The token given does not allow it.",
    TOO_LATE: "Narrow the question: fewer hops, one actor, a greater strength.",
  }[error.code];
  return h(
    "div",
    { class: "state failed", role: "alert" },
    h("strong", {}, "That did not work."),
    h("p", {}, error.message),
    hint && h("p", {}, hint),
    again && h("button", { type: "button", click: again }, "Try again"),
  );
}

/** A place that shows `what` is awaited, then what `render` makes of it, or why it failed. */
export function later(what, load, render, signal) {
  const place = h("div", { class: "later", "aria-busy": "true" });
  const run = async () => {
    place.replaceChildren(waiting(what));
    place.setAttribute("aria-busy", "true");
    try {
      const found = await load();
      place.replaceChildren(...[await render(found)].flat().filter(Boolean));
    } catch (error) {
      if (error.name === "AbortError" || signal?.aborted) return;
      place.replaceChildren(failed(error, run));
    }
    place.removeAttribute("aria-busy");
  };
  run();
  return place;
}
