/** Queries to begin with. Each runs on every graph. */
export const EXAMPLES = [
  {
    name: "Conflicts of interest",
    query: `{
  conflictsOfInterest(minStrength: 0.2, first: 20) {
    edges {
      node {
        actor { label }
        target { label }
        alignment
        strength
        explanation
      }
    }
  }
}`,
  },
  {
    name: "Contested claims, and who stands where",
    query: `{
  claims(contested: true, first: 20) {
    edges {
      node {
        text
        supportedBy { edges { node { actor { label } } } }
        disputedBy { edges { node { actor { label } } } }
      }
    }
  }
}`,
  },
  {
    name: "Statements with their quotes",
    query: `{
  statements(first: 20) {
    edges {
      node {
        text
        speaker { label }
        statedOn
        basis
        evidence { exact }
      }
    }
  }
}`,
  },
  {
    name: "Entities and how much is said of them",
    query: `{
  entities(first: 20) {
    edges {
      node {
        __typename
        label
        statements(first: 0) { totalCount }
      }
    }
  }
}`,
  },
  {
    name: "What the graph holds, by relation",
    query: `{
  info {
    relations { relation count }
  }
}`,
  },
  {
    name: "What relations mean for interests",
    query: `{
  ontology {
    relations { name stance bearing forwardWeight backwardWeight comment }
  }
}`,
  },
];
