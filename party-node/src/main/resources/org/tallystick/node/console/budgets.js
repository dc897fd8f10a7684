// One business: how much has been told of it, and every use of its data. Asked in the body of a request, so that no
// address, history or log of addresses names a business.

import {get, post} from './api.js';
import {bars} from './chart.js';
import {el, say} from './dom.js';
import {hash, number, said, time} from './format.js';
import {badge, button, field, form, note, save, section, table} from './parts.js';
import {has} from './roles.js';
import {t, word} from './text.js';

async function limits() {
  const active = (await get('/v1/agreements')).agreements.filter(each => each.state === 'active');
  const wholes = await Promise.all(active.map(each => get(`/v1/agreements/${each.hash}`)));
  return wholes.map(each => ({hash: each.hash, title: each.title, limits: each.document.limits}));
}

/** What may be told at most, agreement by agreement. */
function allowed(known) {
  const bits = value => t('bits', {n: number(value)});
  return section(t('budgets.allowed'), known.length === 0 ? note(t('agreements.inforce.none')) : [
    bars(t('budgets.allowed.chart'), [t('receipt.agreement'), t('leakage.bits')], known.map(each => ({
      name: each.title, value: each.limits.bitsPerSubject, shown: bits(each.limits.bitsPerSubject),
    }))),
    table(t('budgets.allowed'), [
      {text: t('receipt.agreement'), row: true}, {text: t('limit.bits')}, {text: t('limit.uses'), number: true},
    ], known.map(each => [
      el('a', {href: `#/agreement/${each.hash}`}, said(each.title)),
      t('limit.bits.value', {n: number(each.limits.bitsPerSubject), days: number(each.limits.windowDays)}),
      number(each.limits.usesPerDay),
    ]), t('none')),
  ]);
}

function budget(found, known) {
  const bits = value => t('bits', {n: number(value)});
  const words = t('budget.told', {n: number(found.bitsTold), days: number(found.windowDays)});
  say(words);
  return section(t('budget.result'), el('p', {class: 'lead'}, words),
      bars(t('budget.chart'), [t('budget.what'), t('leakage.bits')], [
        {name: t('budget.row'), value: found.bitsTold, shown: bits(found.bitsTold), strong: true},
        ...known.map(each => ({
          name: t('budget.limit', {title: each.title}), value: each.limits.bitsPerSubject,
          shown: bits(each.limits.bitsPerSubject),
        })),
      ], {value: found.bitsTold}));
}

const OUTCOMES = {answered: 'good', nothing_left: 'idle', refused: 'bad', aborted: 'warn', done: 'good', open: 'wait'};

function uses(found) {
  say(t('uses.found', {n: number(found.uses.length)}));
  return section(t('uses.title'),
      table(t('uses.title'), [
        {text: t('session.id'), row: true}, {text: t('uses.at')}, {text: t('session.kind')},
        {text: t('session.purpose')}, {text: t('uses.outcome')}, {text: t('uses.receipt'), number: true},
      ], found.uses.map(use => [
        el('a', {href: `#/receipts/${use.session}`}, hash(use.session)), time(use.at),
        word('session', use.proposal.kind), said(use.proposal.purpose ?? ''),
        badge(OUTCOMES[use.outcome] ?? 'idle', word('outcome', use.outcome)),
        el('a', {href: `#/receipts/${use.receipt}`}, number(use.receipt)),
      ]), t('uses.none')),
      el('div', {class: 'buttons'}, button(t('uses.save'), () =>
        save(new Blob([JSON.stringify(found, null, 2)], {type: 'application/json'}), 'uses.json'))));
}

export async function budgets() {
  const subject = el('input', {
    type: 'text', required: true, maxlength: '64', autocomplete: 'off', autocapitalize: 'characters',
    spellcheck: 'false',
  });
  const wantsUses = el('input', {type: 'checkbox', id: 'wants-uses'});
  const known = has('data-officer', 'auditor') ? await limits() : [];
  return [
    note(t('budgets.about')),
    section(t('budgets.ask'), form(t('budgets.ask'),
        [
          field(t('budgets.subject'), subject, t('budgets.hint')),
          has('data-officer') && el('p', {class: 'check'}, wantsUses,
              el('label', {for: 'wants-uses'}, t('uses.wanted'))),
        ],
        t('budgets.look'),
        async () => {
          const body = {subject: subject.value.trim()};
          const found = [budget(await post('/v1/budgets', body), known)];
          if (wantsUses.checked) {
            found.push(uses(await post('/v1/statements/subject', body)));
          }
          return found;
        })),
    allowed(known),
  ];
}
