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
const resolvers = {
  Query: {
    entity: (_, { iri }) => data.entity[iri] ?? null,
    entities: (_, { first }) => ({ edges: data.entities.edges.slice(0, first) }),
    conflictsOfInterest: (_, { actor, first }) => ({ edges: data.conflicts[actor].edges.slice(0, first) }),
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
