/** Ask: GraphQL, with examples, and the answer as a table or as JSON. */
import { answerOf } from "../shared/api.js";
import { h } from "../shared/element.js";
import { EXAMPLES } from "../shared/examples.js";
import { address, go } from "../shared/router.js";
import { announce, failed, waiting } from "../shared/states.js";
import { table } from "../shared/table.js";

export function asking({ params, signal }) {
  const query = h("textarea", { id: "query", rows: 20, spellcheck: false, "aria-describedby": "query-hint", value: params.query ?? EXAMPLES[0].query });
  const variables = h("textarea", { id: "variables", rows: 3, spellcheck: false, value: params.variables ?? "" });
  const example = h("select", { id: "example", change: () => { query.value = EXAMPLES[example.value].query; variables.value = ""; run(); } },
    h("option", { value: "", disabled: true, selected: Boolean(params.query) }, "Choose one"), EXAMPLES.map(({ name }, number) => h("option", { value: number }, name)));
  const place = h("div", {}, h("p", { class: "soft" }, "Nothing asked yet."));
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": "Form of the answer" });
  let form = "table";
  let answer;

  function show() {
    const button = (name, words) => h("button", { type: "button", "aria-pressed": String(form === name), click: () => { form = name; show(); } }, words);
    tabs.replaceChildren(button("table", "Table"), button("json", "JSON"));
    const rows = form === "table" && answer.data && table(answer.data);
    const errors = (answer.errors ?? []).map(({ message }) => h("p", { class: "lose" }, message));
    place.replaceChildren(...errors, rows || h("pre", { tabindex: 0, "aria-label": "Answer in JSON" }, JSON.stringify(answer, null, 2)));
  }

  async function run() {
    place.replaceChildren(waiting("Asking…"));
    try {
      const given = variables.value.trim() ? JSON.parse(variables.value) : {};
      answer = await answerOf(query.value, given, signal);
      go(address("ask", "", { query: query.value, variables: variables.value }), { replace: true });
      show();
      announce(answer.errors ? "Answered with errors" : "Answered");
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren(failed(error));
    }
  }

  if (params.query) run();
  return [
    h("header", { class: "head" }, h("h1", {}, "Ask"), h("p", { class: "lead" }, "Whatever the views do not show, ask in GraphQL. ", h("a", { href: "graphql" }, "GraphiQL"), " has the schema beside it.")),
    h("div", { class: "asking" },
      h("form", { class: "stack", submit: (event) => { event.preventDefault(); run(); }, keydown: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && run() },
        h("label", { class: "field", for: "example" }, "Example", example),
        h("label", { class: "field", for: "query" }, "Query", query),
        h("label", { class: "field", for: "variables" }, "Variables, in JSON", variables),
        h("p", { class: "line" }, h("button", { class: "strong" }, "Ask"), h("span", { class: "soft small", id: "query-hint" }, h("kbd", {}, "Ctrl"), " ", h("kbd", {}, "Enter"), " asks, too"))),
      h("section", { class: "stack", "aria-label": "Answer" }, tabs, place)),
  ];
}
