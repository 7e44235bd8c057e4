// Subscribes by the clients that the protocols' authors wrote: node subscribing.mjs FOLDER URL TOKEN. Prints what each is
// told, as JSON.
import { createRequire } from "node:module";
const require = createRequire(`${process.argv[2]}/node_modules/`);
const { createClient: overWebSocket } = require("graphql-ws");
const { createClient: overEvents } = require("graphql-sse");

const [url, token] = process.argv.slice(3);
const query = "subscription Told { statementChanged { previousStatus statement { status } } }";
const sockets = overWebSocket({
  url: url.replace("http", "ws"),
  webSocketImpl: require("ws"),
  connectionParams: { Authorization: `Bearer ${token}` },
  retryAttempts: 0,
});
const events = overEvents({ url, headers: { Authorization: `Bearer ${token}` }, retryAttempts: 0 });

async function take(iterator, count) {
  const found = [];
  for await (const result of iterator) {
    found.push(result);
    if (found.length === count) break;
  }
  return found;
}

const told = {
  query: [await take(sockets.iterate({ query: "{ __typename }" }), 1), await take(events.iterate({ query: "{ __typename }" }), 1)],
};
told.changes = await Promise.all([take(sockets.iterate({ query }), 3), take(events.iterate({ query }), 3)]);
told.wrong = await take(events.iterate({ query: "{ nope }" }), 1);
console.log(JSON.stringify(told));
await sockets.dispose();
events.dispose();
