/** Ask: GraphQL, with examples, and the answer as a table or as JSON. */
import { answerOf, examples, Refused } from "../shared/api.js";
import { h } from "../shared/element.js";
import { address, keep } from "../shared/router.js";
import { keyHints } from "../shared/keys.js";
import { announce, failed, waiting } from "../shared/states.js";
import { tables } from "../shared/table.js";

/** What may come right by asking again. */
const LATER = ["BUSY", "INTERNAL", "TIME_LIMIT"];
const BEGINNING = "{\n  info { version }\n}\n";

export async function asking({ params, signal }) {
  const shown = await examples(signal);
  const query = h("textarea", { id: "query", spellcheck: false, "aria-describedby": "query-hint", value: params.query ?? shown[0]?.query ?? BEGINNING });
  const variables = h("textarea", { id: "variables", rows: 3, spellcheck: false, value: params.variables ?? "" });
  // As high as what stands in it, within bounds.
  const sized = () => (query.rows = Math.min(Math.max(query.value.split("\n").length + 1, 8), 26));
  sized();
  query.addEventListener("input", sized);
  const says = h("p", { class: "small soft", id: "example-says" });
  const example = h("select", { id: "example", "aria-describedby": "example-says", change: () => choose(shown[example.value]) },
    h("option", { value: "", disabled: true, selected: Boolean(params.query) }, "Choose one"), shown.map(({ title }, number) => h("option", { value: number, selected: !params.query && !number }, title)));
  const place = h("div", { class: "stack" }, h("p", { class: "soft" }, "Nothing asked yet."));
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": "Form of the answer" });
  let form = "table";
  let answer;
  let controller = new AbortController();
  signal.addEventListener("abort", () => controller.abort());

  function choose(chosen) {
    query.value = chosen.query;
    sized();
    variables.value = "";
    says.textContent = chosen.description;
    run();
  }

  function show() {
    const button = (name, words) => h("button", { type: "button", "aria-pressed": String(form === name), click: () => { form = name; show(); } }, words);
    tabs.replaceChildren(button("table", "Table"), button("json", "JSON"));
    const rows = form === "table" && answer.data ? tables(answer.data) : [];
    const errors = (answer.errors ?? []).map(({ message }) => h("p", { class: "lose" }, message));
    place.replaceChildren(...errors, ...(rows.length ? rows : [h("pre", { tabindex: 0, "aria-label": "Answer in JSON" }, JSON.stringify(answer, null, 2))]));
  }

  /** What was asked before is given up: an old answer never stands under a new question. */
  async function run() {
    controller.abort();
    controller = new AbortController();
    const mine = controller.signal;
    tabs.replaceChildren();
    place.replaceChildren(waiting("Asking…"));
    try {
      const given = variables.value.trim() ? JSON.parse(variables.value) : {};
      const asked = { query: query.value, variables: variables.value };
      answer = await answerOf(asked.query, given, mine);
      keep(address("ask", "", asked), signal);
      const [error] = answer.errors ?? [];
      if (LATER.includes(error?.extensions?.code)) throw new Refused(error.message, error.extensions.code);
      show();
      announce(answer.errors ? "Answered with errors" : "Answered");
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren(failed(error, run));
    }
  }

  if (params.query) run();
  else says.textContent = shown[0]?.description ?? "";
  return [
    h("header", { class: "head" }, h("h1", {}, "Ask"), h("p", { class: "lead" }, "Whatever the views do not show, ask in GraphQL. ", h("a", { href: "graphql" }, "The page at /graphql"), " is GraphiQL, where the server is set up with it.")),
    h("div", { class: "asking" },
      h("form", { class: "stack", submit: (event) => { event.preventDefault(); run(); }, keydown: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && run() },
        shown.length > 0 && h("label", { class: "field", for: "example" }, "Example", example), says,
        h("label", { class: "field", for: "query" }, "Query", query),
        h("label", { class: "field", for: "variables" }, "Variables, in JSON", variables),
        h("p", { class: "line" }, h("button", { class: "strong" }, "Ask"), keyHints("ask", { id: "query-hint" }))),
      h("section", { class: "stack", "aria-label": "Answer" }, tabs, place)),
  ];
}
