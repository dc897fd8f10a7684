// Pieces that several views are made of.

import {Problem} from './api.js';
import {el, say, unique} from './dom.js';
import {said} from './format.js';
import {t, word} from './text.js';

/** A problem with what is wrong and what to do; read out at once. */
export function problem(why) {
  if (!(why instanceof Problem)) {
    throw why;
  }
  return el('div', {class: 'box problem', role: 'alert'},
      el('p', {}, el('strong', {}, word('problem', why.code))),
      why.detail && el('p', {lang: 'en'}, said(why.detail)),
      why.remedy && el('p', {}, t('problem.remedy'), ' ', el('span', {lang: 'en'}, said(why.remedy))));
}

export function note(...children) {
  return el('p', {class: 'note'}, ...children);
}

/** A word about where something stands: sign and text, so that no colour is needed. */
export function badge(kind, text) {
  const signs = {good: '✓', bad: '✕', warn: '!', idle: '○', wait: '…'};
  return el('span', {class: `badge ${kind}`}, el('span', {'aria-hidden': 'true'}, signs[kind], ' '), text);
}

const STATES = {offered: 'wait', proposed: 'wait', signed: 'wait', active: 'good', suspended: 'warn', revoked: 'idle'};

export function state(value) {
  return badge(STATES[value] ?? 'idle', word('state', value));
}

/**
 * A table that scrolls by itself where it is wider than the page; on a phone its rows stand below each other with the
 * heads beside the cells. The roles say that it stays a table then.
 */
export function table(caption, heads, rows, empty) {
  if (rows.length === 0) {
    return note(empty);
  }
  const name = unique('table');
  const cell = (value, at) => {
    const head = heads[at];
    const shape = {class: head.number ? 'number' : null, 'data-head': head.text};
    return head.row ? el('th', {...shape, scope: 'row', role: 'rowheader'}, el('div', {}, value))
      : el('td', {...shape, role: 'cell'}, el('div', {}, value));
  };
  return el('div', {class: 'scroll', role: 'region', 'aria-labelledby': name, tabindex: '0'},
      el('table', {role: 'table'},
          el('caption', {id: name}, caption),
          el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'}, heads.map(head =>
              el('th', {scope: 'col', role: 'columnheader', class: head.number ? 'number' : null}, head.text)))),
          el('tbody', {role: 'rowgroup'}, rows.map(row => el('tr', {role: 'row'}, row.map(cell))))));
}

const PARTIES = ['tax', 'utility', 'social-security', 'bank'];

/** Who did something: a person of this node by name, or another party. */
export function person(name) {
  const party = /^party ([0-3])$/.exec(name);
  return party ? word('party', PARTIES[party[1]]) : said(name);
}

/** Names and values in pairs. */
export function facts(pairs) {
  return el('dl', {class: 'facts'}, pairs.filter(pair => pair).map(([name, value]) =>
      el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

export function section(title, ...children) {
  const name = unique('part');
  return el('section', {class: 'card', 'aria-labelledby': name}, el('h2', {id: name}, title), ...children);
}

/** A button that does something that takes a while: once at a time. */
export function button(text, act, kind = '') {
  const node = el('button', {type: 'button', class: kind || null, on: {click: async () => {
    if (node.getAttribute('aria-disabled') === 'true') {
      return;
    }
    node.setAttribute('aria-disabled', 'true');
    try {
      await act(node);
    } finally {
      node.removeAttribute('aria-disabled');
    }
  }}}, text);
  return node;
}

/** Shows in `place` what comes of the work, or the problem. */
export async function into(place, work) {
  place.setAttribute('aria-busy', 'true');
  try {
    place.replaceChildren(...[await work()].flat(Infinity).filter(node => node));
  } catch (why) {
    place.replaceChildren(problem(why));
  } finally {
    place.removeAttribute('aria-busy');
  }
}

/** A field with its label. */
export function field(label, input, hint) {
  input.id ||= unique('field');
  const hintId = hint && unique('hint');
  if (hint) {
    input.setAttribute('aria-describedby', hintId);
  }
  return el('div', {class: 'field'},
      el('label', {for: input.id}, label), input, hint && el('p', {class: 'hint', id: hintId}, hint));
}

/** The first field that lacks something, in words, and the focus on it; null when all are well. */
function lacking(form) {
  const fields = [...form.elements].filter(each => each.willValidate);
  fields.forEach(each => each.removeAttribute('aria-invalid'));
  const first = fields.find(each => !each.checkValidity());
  if (first === undefined) {
    return null;
  }
  first.setAttribute('aria-invalid', 'true');
  first.focus();
  const name = first.labels[0]?.textContent ?? '';
  return el('p', {class: 'box problem', role: 'alert'},
      first.validity.valueMissing ? t('field.empty', {name}) : t('field.wrong', {name}));
}

/** A form that this page sends itself; what the node says against it stands below its fields. */
export function form(name, fields, label, send) {
  const place = el('div');
  const submit = el('button', {type: 'submit', class: 'main'}, label);
  return el('form', {'aria-label': name, novalidate: true, on: {submit: async event => {
    event.preventDefault();
    if (submit.getAttribute('aria-disabled') === 'true') {
      return;
    }
    const lacks = lacking(event.target);
    if (lacks) {
      place.replaceChildren(lacks);
      return;
    }
    submit.setAttribute('aria-disabled', 'true');
    await into(place, async () => await send() ?? []);
    submit.removeAttribute('aria-disabled');
  }}}, fields, submit, place);
}

/** Asks before something is done; true when the person says so. */
export function confirm(title, text, label, kind = 'main') {
  return new Promise(resolve => {
    const name = unique('question');
    const close = answer => { dialog.close(); dialog.remove(); resolve(answer); };
    const dialog = el('dialog', {'aria-labelledby': name, on: {cancel: () => close(false)}},
        el('h2', {id: name}, title),
        el('p', {}, text),
        el('div', {class: 'buttons'},
            el('button', {type: 'button', on: {click: () => close(false)}}, t('confirm.no')),
            el('button', {type: 'button', class: kind, on: {click: () => close(true)}}, label)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Gives the person a file. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  el('a', {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
  say(t('saved', {name}));
}
