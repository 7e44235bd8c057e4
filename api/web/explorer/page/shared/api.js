/** GraphQL, and what else the explorer asks the server for: how to lay out what it draws. */

const TOKEN = "cuibono-token";
const STATUSES = {
  429: ["The server was asked too often in a short time (status 429).", "BUSY"],
  500: ["Something went wrong in the server (status 500).", "INTERNAL"],
  502: ["The server behind this address does not answer (status 502).", "BUSY"],
  503: ["The server has too much to do, or is just being started (status 503).", "BUSY"],
  504: ["The answer took too long (status 504).", "TIME_LIMIT"],
};

export class Refused extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** The bearer token of this tab; forgotten when the tab is closed. */
export const token = {
  get: () => sessionStorage.getItem(TOKEN) ?? "",
  set: (text) => (text ? sessionStorage.setItem(TOKEN, text) : sessionStorage.removeItem(TOKEN)),
};

/** The data of a query. */
export async function ask(query, variables = {}, signal = undefined) {
  const answer = await answerOf(query, variables, signal);
  if (answer.errors?.length) {
    const [first] = answer.errors;
    throw new Refused(first.message, first.extensions?.code);
  }
  return answer.data;
}

/** The whole answer to a query, errors and all. */
export async function answerOf(query, variables = {}, signal = undefined) {
  const sent = { query, variables };
  const answer = await read(await post("graphql", sent, signal, "application/graphql-response+json, application/json;q=0.9"));
  if (answer.data || answer.errors?.length) return answer;
  throw new Refused("What answered is not cuibono: something stands between this page and its server.", "UNREADABLE");
}

/** Where nodes stand, numbered from 0, the first in the middle; `fixed` holds [node, x, y] of those that stay, `sizes` the room of each. */
export async function placed(nodes, edges, fixed = [], sizes = [], signal = undefined) {
  return (await laidOut("layout", { nodes, edges, fixed, sizes }, signal)).places;
}

/** Which community each node belongs to, numbered from 0. */
export async function communities(nodes, edges, signal = undefined) {
  return (await laidOut("communities", { nodes, edges }, signal)).communities;
}

async function laidOut(path, content, signal) {
  const answer = await read(await post(path, content, signal, "application/json"));
  if (answer.errors) throw new Refused(answer.errors[0].message, answer.errors[0].extensions?.code);
  return answer;
}

async function post(path, content, signal, accept) {
  const headers = { "Content-Type": "application/json", Accept: accept };
  if (token.get()) headers.Authorization = `Bearer ${token.get()}`;
  try {
    return await fetch(path, { method: "POST", headers, body: JSON.stringify(content), signal });
  } catch (error) {
    throw unanswered(error);
  }
}

/** Why there is no answer; what was given up stays that. */
export function unanswered(error) {
  return error.name === "AbortError" ? error : new Refused("The server does not answer. Is it still running?", "UNREACHABLE");
}

/** What the server says, in JSON; what stands before it may say something else, of which only the status counts. */
async function read(response) {
  let text;
  try {
    text = await response.text();
  } catch (error) {
    throw unanswered(error);
  }
  const answer = parsed(text);
  if (answer && (response.ok || answer.errors)) return answer;
  const { status } = response;
  const [told, code] = STATUSES[status] ?? [`The server answered with status ${status}, and nothing that can be read.`, "UNREADABLE"];
  throw new Refused(told, code);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Queries to begin with, the same as on every face; none where the server does not give any. */
export async function examples(signal) {
  try {
    const response = await fetch("assets/examples.json", { signal });
    return response.ok ? await response.json() : [];
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return [];
  }
}
