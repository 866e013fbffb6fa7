// Small helpers to build nodes: text always becomes a text node, never markup.

export function byId(id) {
  return document.getElementById(id);
}

/** el("a", {class: "reply", href: url}, "Abrir"); a null or false attribute is left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
