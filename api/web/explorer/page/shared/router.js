/** Addresses: `#/view/id?name=value`. Each view has one that can be shared; back and forward work. */

/** The address whose view is shown, or being made. */
let here = "";

export function address(view, id = "", params = {}) {
  const given = Object.entries(params).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const query = new URLSearchParams(given).toString();
  return `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}${query ? `?${query}` : ""}`;
}

export function current() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view, id = ""] = path.split("/");
  return { view: view || "find", id: decoded(id), params: Object.fromEntries(new URLSearchParams(query)) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function go(hash) {
  location.hash = hash;
}

/** Keeps in the address what changes with every key, with no entry in the history. A view that somebody has left keeps nothing. */
export function keep(hash, signal) {
  if (signal.aborted || location.hash !== here) return;
  history.replaceState(null, "", hash);
  here = location.hash;
}

/** Calls `show` with what the address says, now and whenever it changes; what was under way before is given up. */
export function route(show) {
  let controller = new AbortController();
  const again = () => {
    controller.abort();
    controller = new AbortController();
    here = location.hash;
    show({ ...current(), signal: controller.signal });
  };
  addEventListener("hashchange", again);
  again();
}
