// An agreement against the revision before, field by field.

import {get} from './api.js';
import {el} from './dom.js';
import {day, hash, money, said} from './format.js';
import {badge, note, section, table} from './parts.js';
import {t, word} from './text.js';

/** What names an entry of a list, so that what has only moved is not taken for changed. */
const NAMES = {
  purposes: each => each.name,
  uses: each => `${word('use', each.kind)} ${each.program.slice(0, 12)}`,
  columns: each => `${word('party', each.owner)} ${each.name}`,
  issuers: each => each.name,
};

/** What stands in such a name, and need not be said again. */
const NAMED = {purposes: ['name'], uses: ['kind', 'program'], columns: ['owner', 'name'], issuers: ['name']};

// The revision before is what this is compared with.
const UNSAID = ['format', 'id', 'group', 'previous'];

function collect(fields, path, value, how = said) {
  if (Array.isArray(value)) {
    fields.set(path, {text: value.join(), shown: () => value.map(each => [shownAs(each), ' '])});
  } else if (value !== null && typeof value === 'object') {
    for (const [name, part] of Object.entries(value)) {
      collect(fields, `${path} › ${fieldName(name)}`, part, how);
    }
  } else if (typeof value === 'boolean') {
    fields.set(path, {text: String(value), shown: () => word('boolean', value)});
  } else {
    fields.set(path, {text: String(value), shown: () => shownAs(value, how)});
  }
}

function shownAs(value, how = said) {
  if (/^[0-9a-f]{64}$/.test(value)) {
    return hash(value);
  }
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(value) ? day(value) : how(String(value));
}

function without(entry, names) {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !names.includes(name)));
}

/** Prices are amounts of the agreement's currency. */
function collectUse(fields, path, use, currency) {
  const {prices, ...rest} = use;
  collect(fields, path, rest);
  collect(fields, `${path} › ${fieldName('prices')}`, prices ?? {}, amount => money(amount, currency));
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
      value.forEach(each => {
        const path = `${fieldName(name)} › ${NAMES[name](each)}`;
        const rest = without(each, NAMED[name]);
        if (name === 'uses') {
          collectUse(fields, path, rest, document.currency);
        } else {
          collect(fields, path, rest);
        }
      });
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

function isSame(change) {
  return change.was?.text === change.is?.text;
}

function kind(change) {
  if (change.was === undefined) {
    return badge('good', t('compare.added'));
  }
  if (change.is === undefined) {
    return badge('bad', t('compare.gone'));
  }
  return isSame(change) ? badge('idle', t('compare.same')) : badge('warn', t('compare.changed'));
}

function shown(value) {
  return value === undefined || value.text === '' ? el('span', {class: 'quiet'}, t('none')) : value.shown();
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
  const changed = all.filter(change => !isSame(change));
  return [
    el('p', {class: 'lead'}, said(now.title)),
    back,
    section(t('compare.changes', {before: before.revision, now: now.revision}),
        list(t('compare.changes', {before: before.revision, now: now.revision}), changed, t('compare.none'))),
    el('details', {class: 'card'}, el('summary', {}, t('compare.unchanged')),
        list(t('compare.unchanged'), all.filter(isSame), t('none'))),
  ];
}
