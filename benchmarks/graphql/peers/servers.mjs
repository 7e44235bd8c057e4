// What others would serve the data with: node servers.mjs NAME PORT DATA
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [name, port, file] = process.argv.slice(2);
const data = JSON.parse(readFileSync(file, "utf8"));

const typeDefs = `
  type Query {
    entity(iri: String!): Entity
    entities(first: Int!): EntityConnection!
    conflictsOfInterest(actor: String!, first: Int!): ConflictConnection!
  }
  type Entity {
    id: ID! iri: String! label: String! aliases: [String!]! sameAs: [String!]! description: String
    statements(first: Int!): StatementConnection!
  }
  type EntityConnection { edges: [EntityEdge!]! }
  type EntityEdge { node: Entity! }
  type StatementConnection { edges: [StatementEdge!]! }
  type StatementEdge { node: Statement! }
  type Statement {
    id: ID! iri: String! basis: String! status: String! confidence: Float! text: String! evidence: [Evidence!]!
  }
  type Evidence { exact: String! document: Document! }
  type Document { title: String }
  type ConflictConnection { edges: [ConflictEdge!]! }
  type ConflictEdge { node: Conflict! }
  type Conflict {
    actor: Entity! target: Entity! alignment: String! strength: Float! explanation: String!
    stance: Statement! interestPath: Path!
  }
  type Path { hops: [Hop!]! }
  type Hop { weight: Float statement: Statement! }
`;
const graph = data.graph, carries = new Set(graph.carries), tolerance = 1e-12;

// As this would be written by hand for such a service: the strongest path of each sign to what is asked about, in three hops at most.
function interests(actor, when, wanted) {
  const best = new Map(), visited = new Set([actor]), walked = [];
  const stronger = (old, interest) => {
    const difference = old ? Math.abs(interest) - Math.abs(old.interest) : 1;
    if (difference < -tolerance) return old;
    const found = { interest, hops: walked.slice() };
    return difference > tolerance || before(found.hops, old.hops) ? found : old;
  };
  const step = (node, product, mayBreak) => {
    for (const edge of graph.edges[node] ?? []) {
      if (visited.has(edge.to) || !(edge.chains || mayBreak)) continue;
      if (when && ((edge.begins && edge.begins > when[1]) || (edge.ends && edge.ends < when[0]))) continue;
      const weight = edge.disputers.some((other) => other !== actor) ? edge.weight / 2 : edge.weight;
      const interest = product * weight;
      if (!interest) continue;
      walked.push({ weight, iri: edge.statement });
      if (wanted.has(edge.to)) {
        let found = best.get(edge.to);
        if (!found) best.set(edge.to, (found = {}));
        if (interest > 0) found.positive = stronger(found.positive, interest);
        else found.negative = stronger(found.negative, interest);
      }
      if (walked.length < 3 && carries.has(edge.to)) {
        visited.add(edge.to);
        step(edge.to, interest, mayBreak && edge.chains);
        visited.delete(edge.to);
      }
      walked.pop();
    }
  };
  step(actor, 1, true);
  return best;
}
function before(hops, others) {
  if (hops.length !== others.length) return hops.length < others.length;
  const at = hops.findIndex((hop, index) => hop.iri !== others[index].iri);
  return at >= 0 && hops[at].iri < others[at].iri;
}
const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
function conflicts(actor, first) {
  const stances = graph.stances[actor] ?? [], wanted = new Set(stances.map((stance) => stance.target)), walks = new Map();
  const found = [];
  for (const { statement, target, bearing, effective, certainty, when, key } of stances) {
    let main = { interest: 1, hops: [] }, alignment = "OWN_CASE";
    if (target !== actor) {
      const day = String(when);
      if (!walks.has(day)) walks.set(day, interests(actor, when, wanted));
      const { positive, negative } = walks.get(day).get(target) ?? {};
      if (!positive && !negative) continue;
      const second = positive && negative && Math.abs(negative.interest) > positive.interest + tolerance;
      main = !positive || second ? negative : positive;
      const other = main === positive ? negative : positive;
      const mixed = other && Math.abs(other.interest) >= Math.abs(main.interest) / 2 - tolerance;
      alignment = mixed ? "MIXED" : effective * main.interest > 0 ? "SELF_SERVING" : "AGAINST_INTEREST";
    }
    const strength = Math.abs(effective) * certainty * Math.abs(main.interest);
    if (!strength || strength < graph.least - tolerance) continue;
    found.push({ strength, alignment, main, statement, target, bearing, key, rounded: Math.round(strength * 1e12) });
  }
  found.sort(
    (a, b) =>
      b.rounded - a.rounded || compared(a.target, b.target) || compared(a.statement, b.statement) || compared(a.bearing, b.bearing),
  );
  return found.slice(0, first).map(({ strength, alignment, main, statement, target, key }) => ({
    node: {
      actor: { label: graph.labels[actor] },
      target: { label: graph.labels[target] },
      alignment,
      strength,
      explanation: graph.explanations[key],
      stance: graph.statements[statement],
      interestPath: { hops: main.hops.map(({ weight, iri }) => ({ weight, statement: graph.statements[iri] })) },
    },
  }));
}

const resolvers = {
  Query: {
    entity: (_, { iri }) => data.entity[iri] ?? null,
    entities: (_, { first }) => ({ edges: data.entities.edges.slice(0, first) }),
    conflictsOfInterest: process.env.WORKED_OUT
      ? (_, { actor, first }) => ({ edges: conflicts(actor, first) })
      : (_, { actor, first }) => ({ edges: data.conflicts[actor].edges.slice(0, first) }),
  },
  Entity: { statements: (entity, { first }) => ({ edges: entity.statements.edges.slice(0, first) }) },
};

async function mercurius(jit) {
  const { default: fastify } = await import("fastify");
  const { default: plugin } = await import("mercurius");
  const app = fastify();
  await app.register(plugin, { schema: typeDefs, resolvers, jit });
  await app.listen({ port: +port, host: "127.0.0.1" });
}

const start = {
  mercurius: () => mercurius(0),
  "mercurius-jit": () => mercurius(1),
  "graphql-yoga": async () => {
    const { createSchema, createYoga } = await import("graphql-yoga");
    const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false });
    createServer(yoga).listen(+port, "127.0.0.1");
  },
  "apollo-server": async () => {
    const { ApolloServer } = await import("@apollo/server");
    const { startStandaloneServer } = await import("@apollo/server/standalone");
    const server = new ApolloServer({ typeDefs, resolvers, csrfPrevention: false });
    await startStandaloneServer(server, { listen: { port: +port, host: "127.0.0.1" } });
  },
};
await start[name]();
