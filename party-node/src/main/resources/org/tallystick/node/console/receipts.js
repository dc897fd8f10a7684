// The log of receipts, its heads, and the check of one receipt here in the browser.

import {file, get} from './api.js';
import {el, say} from './dom.js';
import {hash, number, said, time, wholeHash} from './format.js';
import {verify} from './merkle.js';
import {badge, button, facts, field, form, into, note, save, section, table} from './parts.js';
import {has} from './roles.js';
import {t, word} from './text.js';
import {about, agreementLink, agreementsOf, content, eventOf, priceOf} from './told.js';

const PAGE = 50;

const KINDS = {accepted: 'good', refused: 'bad', authorised: 'good', ended: 'idle', event: 'warn'};

function sessionOf(receipt) {
  return receipt.session ? el('a', {href: `#/receipts/${receipt.session}`}, hash(receipt.session)) : t('none');
}

async function page(found, caption) {
  const agreements = await agreementsOf(found.receipts);
  const newestFirst = [...found.receipts].reverse();
  return table(caption, [
    {text: t('receipt.index'), row: true}, {text: t('receipt.at')}, {text: t('receipt.kind')},
    {text: t('receipt.session')}, {text: t('receipt.about')},
  ], newestFirst.map(each => [
    el('a', {href: `#/receipts/${each.index}`}, number(each.index)), time(each.at),
    badge(KINDS[each.kind] ?? 'idle', word('receipt', each.kind)), sessionOf(each),
    about(each, agreements),
  ]), t('receipts.none'));
}

function paged() {
  const place = el('div');
  let from = null;
  const load = async () => {
    const found = await get(`/v1/receipts?limit=${PAGE}${from === null ? '' : `&from=${from}`}`);
    const first = found.receipts[0]?.index ?? 0;
    const turn = (label, next, possible) => possible && button(label, () => {
      from = next;
      return into(place, load);
    });
    return [await page(found, t('receipts.page')), el('div', {class: 'buttons'},
        turn(t('receipts.newer'), first + PAGE, first + found.receipts.length < found.size),
        turn(t('receipts.older'), Math.max(0, first - PAGE), first > 0))];
  };
  return into(place, load).then(() => section(t('receipts.page'), place));
}

function heads(found) {
  const caption = t('heads.seen');
  return section(t('heads.title'),
      found.contradictions.length > 0
        ? el('div', {class: 'box problem', role: 'alert'}, badge('bad', t('heads.contradiction')), ' ',
            found.contradictions.map(([one]) => word('party', one.node)).join(t('list.comma')))
        : el('p', {}, badge('good', t('heads.agree'))),
      facts([
        [t('heads.size'), number(found.size)],
        found.head && [t('heads.root'), wholeHash(found.head.root)],
        found.head ? [t('heads.at'), time(found.head.at)] : [t('heads.root'), badge('bad', t('heads.unsigned'))],
      ]),
      table(caption, [
        {text: t('heads.node'), row: true}, {text: t('heads.size'), number: true}, {text: t('heads.root')},
        {text: t('heads.at')},
      ], found.seen.map(head => [word('party', head.node), number(head.size), hash(head.root), time(head.at)]),
      t('heads.seen.none')),
      has('operator', 'auditor') && el('div', {class: 'buttons'}, button(t('receipts.export'), async () =>
        save(await file('/v1/receipts/export', 'application/octet-stream'), 'receipts.export'))));
}

function asking() {
  const index = el('input', {type: 'number', min: '0', step: '1', required: true, inputmode: 'numeric'});
  return section(t('receipts.one'), form(t('receipts.one'), [field(t('receipt.index'), index)], t('receipts.show'),
      () => { location.hash = `#/receipts/${encodeURIComponent(index.value)}`; }));
}

function fact(right, text) {
  return el('li', {}, badge(right ? 'good' : 'bad', right ? t('verify.right') : t('verify.wrong')), ' ', text);
}

function checked(receipt, result) {
  const right = result.leafIsRight && result.sizeIsRight && result.rootIsRight;
  const words = right ? t('verify.all') : t('verify.not');
  say(words);
  return [
    el('p', {class: 'lead'}, badge(right ? 'good' : 'bad', words)),
    el('ul', {class: 'findings'},
        fact(result.leafIsRight, t('verify.leaf')),
        fact(result.sizeIsRight, t('verify.size', {n: number(receipt.proof.size)})),
        fact(result.rootIsRight, t('verify.root', {n: number(result.steps.length)}))),
    table(t('verify.steps'), [
      {text: t('verify.step'), row: true}, {text: t('verify.side')}, {text: t('verify.sibling')},
      {text: t('verify.hash')},
    ], result.steps.map((step, at) => [
      number(at + 1), step.left ? t('verify.left') : t('verify.rightside'), hash(step.sibling), hash(step.hash),
    ]), t('verify.steps.none')),
    facts([[t('verify.computed'), wholeHash(result.root)], [t('verify.signed'), wholeHash(receipt.head?.root ?? '')]]),
  ];
}

function event(receipt) {
  const {by, about: what, agreement} = eventOf(receipt);
  return [
    by && [t('receipt.by'), said(by)],
    what && [t('receipt.what'), said(what)],
    agreement && [t('receipt.agreement'), el('a', {href: `#/agreement/${agreement}`}, hash(agreement))],
    [t('receipt.content'), el('pre', {tabindex: '0'}, content(receipt))],
  ];
}

function terms(proposal, agreements) {
  return [
    [t('receipt.run'), word('session', proposal.kind)],
    proposal.purpose && [t('session.purpose'), said(proposal.purpose)],
    [t('session.rows'), number(proposal.rows)],
    [t('use.price'), priceOf(proposal.price, agreements.get(proposal.agreement))],
    proposal.agreement && [t('receipt.agreement'), agreementLink(proposal.agreement, agreements)],
    [t('use.program'), wholeHash(proposal.program)],
  ];
}

async function told(receipt) {
  const agreements = await agreementsOf([receipt]);
  const proposal = receipt.proposal;
  return facts([
    [t('receipt.kind'), badge(KINDS[receipt.kind] ?? 'idle', word('receipt', receipt.kind))],
    [t('receipt.at'), time(receipt.at)],
    [t('receipt.about'), about(receipt, agreements)],
    ...(receipt.event ? event(receipt) : []),
    ...(proposal ? terms(proposal, agreements) : []),
    receipt.session && [t('receipt.session'), wholeHash(receipt.session)],
  ]);
}

function back() {
  return el('p', {}, el('a', {href: '#/receipts'}, t('receipts.back')));
}

async function ofSession(session) {
  const found = await get(`/v1/receipts?session=${encodeURIComponent(session)}`);
  return [
    back(),
    section(t('receipts.session'), facts([[t('receipt.session'), wholeHash(session)]]),
        await page(found, t('receipts.session'))),
  ];
}

async function one(index) {
  const receipt = await get(`/v1/receipts/${encodeURIComponent(index)}`);
  const session = receipt.session && await get(`/v1/receipts?session=${encodeURIComponent(receipt.session)}`);
  const place = el('div');
  return [
    back(),
    section(t('receipt.title', {n: number(receipt.index)}), await told(receipt)),
    session && section(t('receipts.session'), await page(session, t('receipts.session'))),
    section(t('verify.title'), note(t('verify.about')),
        receipt.proof
          ? el('div', {class: 'buttons'}, button(t('verify.do'), () =>
            into(place, async () => checked(receipt, await verify(receipt))), 'main'))
          : note(t('verify.unsigned')),
        place),
  ];
}

/** @param argument nothing, a receipt's number, or a session's hash */
export async function receipts(argument) {
  if (/^[0-9a-f]{64}$/.test(argument)) {
    return ofSession(argument);
  }
  if (argument !== '') {
    return one(argument);
  }
  return [note(t('receipts.about')), await paged(), heads(await get('/v1/receipts/head')), asking()];
}
