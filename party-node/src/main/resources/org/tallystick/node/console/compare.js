// An agreement against the revision before, field by field.

import {get} from './api.js';
import {el} from './dom.js';
import {said} from './format.js';
import {badge, note, section, table} from './parts.js';
import {t, word} from './text.js';

/** What names an entry of a list, so that what has only moved is not taken for changed. */
const NAMES = {
  purposes: each => each.name,
  uses: each => `${word('use', each.kind)} ${each.program.slice(0, 12)}`,
  columns: each => `${word('party', each.owner)} ${each.name}`,
  issuers: each => each.name,
};

const UNSAID = ['format', 'id', 'group'];

function collect(fields, path, value) {
  if (Array.isArray(value)) {
    fields.set(path, value.map(String).join(t('list.comma')));
  } else if (value !== null && typeof value === 'object') {
    for (const [name, part] of Object.entries(value)) {
      collect(fields, `${path} › ${fieldName(name)}`, part);
    }
  } else {
    fields.set(path, typeof value === 'boolean' ? word('boolean', value) : String(value));
  }
}

function fieldName(name) {
  return word('field', name);
}

/** All fields of a document by their path in words. */
function fieldsOf(document) {
  const fields = new Map();
  for (const [name, value] of Object.entries(document)) {
    if (UNSAID.includes(name)) {
      continue;
    }
    if (name in NAMES) {
      value.forEach(each => collect(fields, `${fieldName(name)} › ${NAMES[name](each)}`, each));
    } else {
      collect(fields, fieldName(name), value);
    }
  }
  return fields;
}

/** Pairs of what was and what is; undefined where there was nothing, or nothing is left. */
export function differences(before, now) {
  const was = fieldsOf(before);
  const is = fieldsOf(now);
  return [...new Set([...is.keys(), ...was.keys()])].map(path => ({path, was: was.get(path), is: is.get(path)}));
}

function kind(change) {
  if (change.was === undefined) {
    return badge('good', t('compare.added'));
  }
  if (change.is === undefined) {
    return badge('bad', t('compare.gone'));
  }
  return change.was === change.is ? badge('idle', t('compare.same')) : badge('warn', t('compare.changed'));
}

function shown(value) {
  return value === undefined || value === '' ? el('span', {class: 'quiet'}, t('none')) : said(value);
}

function list(title, changes, empty) {
  return table(title, [
    {text: t('compare.field'), row: true}, {text: t('compare.kind')}, {text: t('compare.before')},
    {text: t('compare.now')},
  ], changes.map(change => [change.path, kind(change), shown(change.was), shown(change.is)]), empty);
}

export async function compare(name) {
  const now = await get(`/v1/agreements/${name}`);
  const back = el('p', {}, el('a', {href: `#/agreement/${name}`}, t('compare.back')));
  if (!now.document.previous) {
    return [back, note(t('compare.first'))];
  }
  const before = await get(`/v1/agreements/${now.document.previous}`);
  const all = differences(before.document, now.document);
  const changed = all.filter(change => change.was !== change.is);
  return [
    el('p', {class: 'lead'}, said(now.title)),
    back,
    section(t('compare.changes', {before: before.revision, now: now.revision}),
        list(t('compare.changes', {before: before.revision, now: now.revision}), changed, t('compare.none'))),
    el('details', {class: 'card'}, el('summary', {}, t('compare.unchanged')),
        list(t('compare.unchanged'), all.filter(change => change.was === change.is), t('none'))),
  ];
}
