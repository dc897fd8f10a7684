// What is asked of this node's data: by whom, for what, at what price, which columns.

import {get, Problem, post} from './api.js';
import {el, say} from './dom.js';
import {day, money, said, time} from './format.js';
import {badge, button, facts, field, form, note, person, problem, section, state, table} from './parts.js';
import {has, who} from './roles.js';
import {t, word} from './text.js';

/** So many are looked up whole for the overview; the others are one step away. */
const LOOKED_UP = 24;

export function isExpired(summary) {
  return new Date(summary.validUntil) <= new Date();
}

export function signatures(summary) {
  const names = summary.signed.map(each => word('party', each.party));
  return names.length === 0 ? t('agreement.signed.none')
    : t('agreement.signed.some', {n: names.length, names: names.join(t('list.comma'))});
}

/** What this node gets a row of a use; at the bank what it pays. */
export function price(use, document, node) {
  const amount = node === 'bank'
    ? Object.values(use.prices).reduce((sum, each) => sum + Number(each), 0)
    : use.prices[node] ?? 0;
  return money(amount, document.currency);
}

export function purposes(document) {
  return document.purposes.map(purpose =>
    el('li', {}, said(purpose.name), purpose.publicInterest && [' ', badge('good', t('purpose.free'))]));
}

function asked(document) {
  const node = who().node;
  const columns = document.columns.filter(column => node === 'bank' || column.owner === node);
  return [
    [t('agreement.purposes'), el('ul', {class: 'plain'}, purposes(document))],
    [node === 'bank' ? t('agreement.pays') : t('agreement.gets'), el('ul', {class: 'plain'}, document.uses.map(use =>
      el('li', {}, word('use', use.kind), ': ', price(use, document, node))))],
    [node === 'bank' ? t('agreement.columns') : t('agreement.own'), columns.length === 0
      ? t('agreement.own.none')
      : el('ul', {class: 'chips'}, columns.map(column => el('li', {title: column.meaning}, said(column.name))))],
  ];
}

function card(summary, whole) {
  return el('article', {class: 'card'},
      el('h3', {}, el('a', {href: `#/agreement/${summary.hash}`}, said(summary.title))),
      el('p', {class: 'badges'}, state(summary.state),
          isExpired(summary) && badge('idle', t('agreement.expired')),
          ' ', t('agreement.revision', {n: summary.revision})),
      facts([
        [t('agreement.requester'), said(summary.requester)],
        ...(whole ? asked(whole.document) : []),
        [t('agreement.valid'), el('span', {}, day(summary.validFrom), ' – ', day(summary.validUntil))],
        [t('agreement.signed'), signatures(summary)],
      ]));
}

function group(title, summaries, wholes, empty) {
  return section(title, summaries.length === 0 ? note(empty)
    : el('div', {class: 'cards'}, summaries.map(each => card(each, wholes.get(each.hash)))));
}

function over(summaries) {
  return section(t('agreements.over'), table(t('agreements.over'), [
    {text: t('agreement.title'), row: true}, {text: t('agreement.requester')}, {text: t('agreement.revision.head')},
    {text: t('agreement.state')}, {text: t('agreement.changed')},
  ], summaries.map(each => [
    el('a', {href: `#/agreement/${each.hash}`}, said(each.title)), said(each.requester), each.revision,
    isExpired(each) && each.state !== 'revoked' ? badge('idle', t('agreement.expired')) : state(each.state),
    el('span', {}, time(each.changedAt), ' · ', person(each.changedBy)),
  ]), t('agreements.over.none')));
}

/** A data officer takes up a document that was written elsewhere. */
function proposing() {
  const text = el('textarea', {rows: '8', spellcheck: 'false', autocomplete: 'off', required: true});
  const file = el('input', {type: 'file', accept: '.json,application/json', on: {change: async () => {
    text.value = file.files.length > 0 ? await file.files[0].text() : text.value;
  }}});
  const drafted = el('div');
  const fill = button(t('propose.fill'), async () => {
    try {
      const made = await post('/v1/agreements/draft', text.value);
      // As the node writes it, but for numbers that only its own text tells exactly.
      text.value = JSON.stringify(made.document, (key, value) => typeof value === 'bigint' ? Number(value) : value, 2);
      drafted.replaceChildren(note(t('propose.filled')));
      say(t('propose.filled'));
    } catch (why) {
      drafted.replaceChildren(problem(why));
    }
  });
  return el('details', {class: 'card'},
      el('summary', {}, t('propose.title')),
      note(t('propose.how')),
      form(t('propose.title'),
          [field(t('propose.file'), file), field(t('propose.text'), text), fill, drafted],
          t('propose.send'),
          async () => {
            const made = await post('/v1/agreements', text.value);
            say(t('done.propose'));
            location.hash = `#/agreement/${made.hash}`;
          }));
}

async function wholesOf(summaries) {
  const found = await Promise.all(summaries.slice(0, LOOKED_UP).map(async each => {
    try {
      return [each.hash, await get(`/v1/agreements/${each.hash}`)];
    } catch (why) {
      if (why instanceof Problem) {
        return null;
      }
      throw why;
    }
  }));
  return new Map(found.filter(pair => pair));
}

export async function agreements() {
  const all = (await get('/v1/agreements')).agreements;
  const live = all.filter(each => each.state !== 'revoked' && !isExpired(each));
  const wholes = await wholesOf(live);
  const waiting = live.filter(each => ['offered', 'proposed', 'signed'].includes(each.state));
  const inForce = live.filter(each => ['active', 'suspended'].includes(each.state));
  return [
    note(who().node === 'bank' ? t('agreements.about.bank') : t('agreements.about')),
    group(t('agreements.waiting'), waiting, wholes, t('agreements.waiting.none')),
    group(t('agreements.inforce'), inForce, wholes, t('agreements.inforce.none')),
    over(all.filter(each => !live.includes(each))),
    has('data-officer') && proposing(),
  ];
}
