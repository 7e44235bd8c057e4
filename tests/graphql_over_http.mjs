// Runs the audits of the GraphQL-over-HTTP working group's reference implementation against a server, and prints
// their outcomes as JSON.
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { serverAudits } = require(`${process.argv[2]}/node_modules/graphql-http`);

const outcomes = [];
for (const audit of serverAudits({ url: process.argv[3], fetchFn: fetch })) {
  const { status, reason } = await audit.fn();
  outcomes.push({ id: audit.id, name: audit.name, status, reason });
}
console.log(JSON.stringify(outcomes));
