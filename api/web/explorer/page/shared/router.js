/** Addresses: `#/view/id?name=value`. Each view has one that can be shared; back and forward work. */

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

/** Goes to an address; `replace` leaves no entry in the history, for what changes with every key. */
export function go(hash, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", hash);
    return;
  }
  location.hash = hash;
}

/** Calls `show` with what the address says, now and whenever it changes; what was under way before is given up. */
export function route(show) {
  let controller = new AbortController();
  const again = () => {
    controller.abort();
    controller = new AbortController();
    show({ ...current(), signal: controller.signal });
  };
  addEventListener("hashchange", again);
  again();
}
