// GraphiQL with the examples of cuibono.api.graphql.examples, each a tab to open from; subscriptions come as events.
const { createElement } = window.React;
const examples = await (await fetch("assets/examples.json")).json();
const welcome = "# Examples stand in the other tabs. Ctrl-Enter runs the query, Ctrl-Space completes it.\n\n";

async function* events(body, headers) {
  const response = await fetch("graphql", { method: "POST", body, headers: { ...headers, Accept: "text/event-stream" } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += value;
    const parts = waiting.split("\n\n");
    waiting = parts.pop();
    for (const part of parts) {
      const data = part.split("\n").find((line) => line.startsWith("data: "));
      if (part.startsWith("event: next") && data) yield JSON.parse(data.slice(6));
    }
  }
}

async function fetcher(parameters, options) {
  const body = JSON.stringify(parameters);
  const headers = { "Content-Type": "application/json", Accept: "application/graphql-response+json", ...options?.headers };
  const kind = options?.documentAST?.definitions.find(
    ({ kind, name }) => kind === "OperationDefinition" && (!parameters.operationName || name?.value === parameters.operationName),
  )?.operation;
  if (kind === "subscription") return events(body, headers);
  return (await fetch("graphql", { method: "POST", body, headers })).json();
}

const defaultTabs = examples.map(({ name, description, query }, at) => ({
  query: `${at ? "" : welcome}# ${name}: ${description}\n\n${query}`,
}));
window.ReactDOM.createRoot(document.getElementById("graphiql")).render(
  createElement(window.GraphiQL, { fetcher, defaultTabs, defaultEditorToolsVisibility: "variables", isHeadersEditorEnabled: true }),
);
