// Sends requests at an even rate, however long the answers take, and prints latencies in milliseconds as JSON.
//
// node arrivals.mjs URL SECONDS RATE FILE, where FILE has a body a line. A request counts from when it was due, also
// where it had to wait for a free connection: a client that waits for answers before it asks on hides what is slow.
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const [url, seconds, rate, file] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const requests = readFileSync(file, "utf8").split("\n").filter(Boolean).map((body) => Buffer.from(
  `POST /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
));
const total = Math.round(seconds * rate);
const taken = new Float64Array(total);
const [free, waiting] = [[], []];
let [sent, answered] = [0, 0];

function fail(problem) {
  console.error(problem);
  process.exit(1);
}

function opened() {
  return new Promise((done) => {
    const socket = connect(+port, hostname, () => done(socket));
    socket.setNoDelay();
    let [text, length] = [Buffer.alloc(0), -1];
    socket.on("error", fail);
    socket.on("data", (data) => {
      text = text.length ? Buffer.concat([text, data]) : data;
      if (length < 0) {
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = text.toString("latin1", 0, end).toLowerCase();
        if (!head.startsWith("http/1.1 200")) fail(head);
        length = end + 4 + Number(/content-length: (\d+)/.exec(head)[1]);
      }
      if (text.length < length) return;
      [text, length] = [Buffer.alloc(0), -1];
      taken[answered++] = performance.now() - socket.due;
      if (answered === total) told();
      else if (waiting.length) send(socket, waiting.shift());
      else free.push(socket);
    });
  });
}

function send(socket, due) {
  socket.due = due;
  socket.write(requests[sent++ % requests.length]);
}

function told() {
  taken.sort();
  const at = (share) => Math.round(taken[Math.min(total - 1, Math.floor(share * total))] * 100) / 100;
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99), max: at(1) }));
  process.exit(0);
}

free.push(...(await Promise.all(Array.from({ length: 32 }, opened))));
const begin = performance.now();
let due = 0;
(function arrive() {
  const now = performance.now();
  for (; due < total && begin + (due * 1000) / rate <= now; due += 1) {
    if (free.length) send(free.shift(), begin + (due * 1000) / rate);
    else waiting.push(begin + (due * 1000) / rate);
  }
  if (due < total) setImmediate(arrive);
})();
