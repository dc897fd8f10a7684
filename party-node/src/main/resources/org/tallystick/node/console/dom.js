// Elements are made here and nowhere else: text becomes text nodes, never markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name === 'on') {
      Object.entries(value).forEach(([event, handler]) => node.addEventListener(event, handler));
    } else {
      node.setAttribute(name, value === true ? '' : String(value));
    }
  }
  node.append(...children.flat(Infinity)
      .filter(child => child !== null && child !== undefined && child !== false)
      .map(child => child instanceof Node ? child : document.createTextNode(String(child))));
  return node;
}

/** An element with attributes, listeners (`on`) and children: nodes, texts, lists of them, nothing. */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same in a drawing. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

let numbers = 0;

/** A name for an element that no other has. */
export function unique(prefix) {
  numbers += 1;
  return `${prefix}-${numbers}`;
}

/** Tells those who listen to the page what has come of what they did. */
export function say(text) {
  const said = document.getElementById('said');
  said.textContent = '';
  // In a later turn, so that the same words again are a change.
  setTimeout(() => { said.textContent = text; }, 50);
}
