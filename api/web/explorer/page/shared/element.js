/** Elements from data. Texts become text nodes, so that nothing in the graph is ever read as markup. */

export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function s(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...parts(children));
  return element;
}

function parts(children) {
  return children.flat(9).filter((child) => child !== undefined && child !== null && child !== false && child !== "");
}

/** An address that a link may lead to: a document may name any, and `javascript:` is one. */
export function outside(url) {
  return /^https?:\/\//i.test(url ?? "") ? url : null;
}

export function download(name, type, content) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Calls a function once nothing has asked for it for some milliseconds; what is given up by then is not done. */
export function calmed(milliseconds, run, signal) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => signal.aborted || run(...given), milliseconds);
  };
}
