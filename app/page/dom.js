// Elements as nested calls. Texts become text nodes, so that HTML in a title is only a title.

const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

export function h(name, attributes = {}, ...children) {
  return build(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, name), attributes, children);
}

// A title of somebody's, whatever its script and however long: isolated in direction, whole as a tooltip.
export function words(text, className) {
  return h("bdi", { class: className, title: text.length > 60 ? text : null }, text);
}

// What leads to a track's place in the catalogue.
export function trackLink({ track }, ...content) {
  return h("a", { href: `#catalogue/${encodeURIComponent(track)}` }, ...content);
}
