/** GraphQL, and what else the explorer asks the server for: how to lay out what it draws. */

const TOKEN = "cuibono-token";

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
  const response = await post("graphql", sent, signal, "application/graphql-response+json, application/json;q=0.9");
  return read(response);
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
    if (error.name === "AbortError") throw error;
    throw new Refused("The server does not answer. Is it still running?", "UNREACHABLE");
  }
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new Refused(`The server answered with status ${response.status}, and nothing that can be read.`, "UNREADABLE");
  }
}

/** Queries to begin with, the same as on every face; none where the server does not give any. */
export async function examples(signal) {
  const response = await fetch("assets/examples.json", { signal });
  return response.ok ? response.json() : [];
}
