// The examples of cuibono.api.graphql.examples, as on every face.
const examples = await (await fetch("assets/examples.json")).json();

const [form, example, query, variables, state, answer] =
  ["form", "example", "query", "variables", "state", "answer"].map((id) => document.getElementById(id));

function choose() {
  const chosen = examples.find(({ name }) => name === example.value);
  query.value = chosen.query;
  example.title = chosen.description;
  variables.value = "";
}

async function run(event) {
  event.preventDefault();
  state.textContent = "Asking…";
  try {
    const given = variables.value.trim() ? JSON.parse(variables.value) : {};
    const response = await fetch("graphql", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json" },
      body: JSON.stringify({ query: query.value, variables: given }),
    });
    const result = await response.json();
    answer.textContent = JSON.stringify(result, null, 2);
    state.textContent = result.errors ? `${result.errors.length} error(s).` : "Answered.";
  } catch (error) {
    answer.textContent = "";
    state.textContent = `Not asked: ${error.message}`;
  }
}

example.append(...examples.map(({ name, title }) => new Option(title, name)));
example.addEventListener("change", choose);
form.addEventListener("submit", run);
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
choose();
