/** What stands where an answer is not there yet, is empty, or failed; and what is told to those who do not see it. */
import { h } from "./element.js";

export function announce(text) {
  document.getElementById("live").textContent = text;
}

/** What takes longer is told; before that, what was shown may stay. */
const PATIENCE = 250;

/** Runs `tell` if something takes longer than a moment; returns what is to be called when it is done. */
export function ifSlow(tell) {
  const timer = setTimeout(tell, PATIENCE);
  return () => clearTimeout(timer);
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
    BUSY: "Wait a little, then try again.",
    INTERNAL: "Its log says more. Try again, and if it comes back, tell whoever runs the server.",
    UNREADABLE: "Ask whoever runs the server, or try again later.",
    TIME_LIMIT: "Try again, or narrow the question: fewer hops, one actor, a greater strength.",
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

/** A button for the next page: `bring` asks for it and shows it, and returns whether there is still more. */
export function more(words, bring) {
  const label = h("span", {}, words);
  const trouble = h("div", {});
  const element = h("div", { class: "stack" }, h("button", { type: "button", click: () => run() }, label), trouble);
  const run = async () => {
    if (element.hasAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    trouble.replaceChildren();
    const done = ifSlow(() => trouble.replaceChildren(waiting("Reading more…")));
    try {
      element.hidden = !(await bring());
      trouble.replaceChildren();
    } catch (error) {
      if (error.name !== "AbortError") trouble.replaceChildren(failed(error, run));
    }
    done();
    element.removeAttribute("aria-busy");
  };
  return element;
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
