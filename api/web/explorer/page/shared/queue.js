/** A queue of what waits for a decision: a list, what is chosen in it, and keys that go on and decide. */
import { h } from "./element.js";
import { meantElsewhere } from "./keys.js";
import { announce, empty, failed, ifSlow, waiting as awaited } from "./states.js";
import { counted } from "./words.js";

/**
 * `load` brings the next page as a connection of statements, `first` is the first one; `render` gives what shows of one, `none`
 * what shows when nothing waits, `keys` what is done with the chosen one by key, `write` goes to the field for a reason.
 *
 * Nothing is decided before it is seen, and nothing twice: while the chosen one is read or decided, the keys and buttons that
 * would decide do nothing, and what is typed after the key that goes to the field is no command.
 */
export function queue(first, { load, label, word, render, none, keys, write, signal }) {
  let waiting = [];
  let shown = null;
  let acting = false;
  let writing = false;
  let total = 0;
  let page = {};
  let place = 0;
  const list = h("ol", { class: "queue-list", "aria-label": label });
  const pane = h("section", { class: "card", "aria-label": "The chosen one" });
  const number = h("p", { class: "soft" });
  const whole = h("div", { class: "queue" }, list, pane);
  const take = (found) => {
    waiting = found.edges.map(({ node }) => node);
    ({ totalCount: total, pageInfo: page } = found);
  };

  async function show(focus = false) {
    place = Math.min(Math.max(place, 0), waiting.length - 1);
    number.textContent = total ? `${counted(total, word)} ${total === 1 ? "waits" : "wait"}` : "";
    const said = waiting[place];
    whole.classList.toggle("alone", !said);
    list.replaceChildren(...waiting.map((one, at) => h("li", {}, h("button", { type: "button", "aria-current": at === place ? "true" : null, click: () => { place = at; trying(() => show(true)); } }, one.text))));
    if (!said) {
      pane.replaceChildren(none);
      settled(null);
      return;
    }
    reading(said !== shown);
    const done = ifSlow(() => said === waiting[place] && pane.replaceChildren(awaited(`Reading “${said.text}”…`)));
    try {
      const parts = [await render(said)].flat().filter(Boolean);
      if (said !== waiting[place]) return;
      pane.replaceChildren(...parts);
    } catch (error) {
      if (said !== waiting[place]) return;
      settled(null);
      pane.replaceChildren();
      throw error;
    } finally {
      done();
    }
    list.children[place]?.scrollIntoView({ block: "nearest" });
    if (focus && !writing) list.children[place]?.firstChild.focus();
    settled(said);
  }

  function reading(is) {
    pane.inert = is;
    if (is) pane.setAttribute("aria-busy", "true");
    else pane.removeAttribute("aria-busy");
  }

  function settled(said) {
    shown = said;
    reading(false);
    if (writing && said) write();
    writing = false;
  }

  /** Takes one off the list that is decided, and goes on. */
  async function decided(said, told) {
    if (waiting.indexOf(said) < place) place -= 1; // somebody went on meanwhile
    waiting = waiting.filter((other) => other !== said);
    total -= 1;
    announce(told);
    await trying(goOn);
  }

  async function goOn() {
    if (!waiting.length && page.hasNextPage) {
      pane.replaceChildren(awaited("Reading what else waits…"));
      list.replaceChildren();
      take(await load());
    }
    await show(true);
  }

  /** Does something, and tells where it fails; `again` is what trying once more means. */
  const trying = async (run, again = () => trying(run)) => {
    pane.querySelector(":scope > .state.failed")?.remove();
    try {
      await run();
    } catch (error) {
      if (error.name === "AbortError") return;
      pane.querySelector(":scope > .waiting")?.remove();
      pane.append(failed(error, again));
    }
  };

  /** Does one thing with the chosen one, if it is seen and nothing else is being done. */
  const act = async (run) => {
    if (acting || shown !== waiting[place]) return;
    acting = true;
    pane.setAttribute("aria-busy", "true");
    const done = ifSlow(() => pane.querySelector(":scope > .waiting") ?? pane.append(awaited("Telling the server…")));
    await trying(run, () => act(run));
    done();
    acting = false;
    pane.querySelector(":scope > .waiting")?.remove();
    pane.removeAttribute("aria-busy");
  };

  addEventListener("keydown", (event) => {
    if (meantElsewhere(event)) return;
    const said = waiting[place];
    if (writing) ; // What is typed is meant for the field, which comes with the chosen one.
    else if (event.key === "j" || event.key === "k") {
      place += event.key === "j" ? 1 : -1;
      trying(() => show(true));
    } else if (event.key === "w" && said) {
      if (shown === said) write();
      else writing = true;
    } else if (keys[event.key] && said) act(() => keys[event.key](said));
    else return;
    event.preventDefault();
  }, { signal });
  take(first);
  trying(show);
  return { element: h("div", { class: "stack" }, number, whole), pane, decided, act, seen: (said) => shown === said && said === waiting[place] };
}

/** A field for the reason of a decision. */
export function reasonField() {
  const input = h("input", { type: "text", id: "why", placeholder: "why, in a few words", autocomplete: "off" });
  return { input, field: h("label", { class: "field", for: "why" }, "Reason", input), text: (otherwise) => input.value.trim() || otherwise };
}

/** A button with its key. */
export function keyed(words, key, run, strong = false) {
  return h("button", { type: "button", class: strong ? "strong" : null, click: run }, words, " ", h("kbd", { "aria-hidden": "true" }, key));
}

/** What a mutation answered, or what it refused. */
export function unrefused(payload) {
  if (payload.errors.length) throw new Error(payload.errors.map(({ message }) => message).join(" "));
  return payload;
}

export const nothingWaits = (...hints) => empty("Nothing waits.", ...hints);
