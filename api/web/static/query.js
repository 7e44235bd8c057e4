const examples = {
  "Conflicts of interest": `{
  conflictPairs {
    edges {
      node {
        actor { label }
        target { label }
        alignment
        strength
        findings {
          explanation
          stance { evidence { exact document { title } } }
          interestPath { hops { weight statement { text evidence { exact } } } }
        }
      }
    }
  }
}`,
  "Contested claims": `{
  claims(contested: true) {
    edges {
      node {
        text
        supportedBy { edges { node { actor { label } stance { text } } } }
        disputedBy { edges { node { actor { label } stance { text } through { text } } } }
      }
    }
  }
}`,
  "One entity": `{
  entities(first: 1) {
    edges {
      node {
        __typename
        label
        statements { edges { node { text speaker { label } basis evidence { exact } } } }
      }
    }
  }
}`,
  "What the graph holds": `{
  info { entities claims documents relations { relation count } }
}`,
};

const [form, example, query, variables, state, answer] =
  ["form", "example", "query", "variables", "state", "answer"].map((id) => document.getElementById(id));

function choose() {
  query.value = examples[example.value];
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

example.append(...Object.keys(examples).map((name) => new Option(name)));
example.addEventListener("change", choose);
form.addEventListener("submit", run);
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
choose();
