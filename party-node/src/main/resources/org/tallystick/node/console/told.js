// What a receipt says, in a line.

import {get, Problem} from './api.js';
import {el} from './dom.js';
import {hash, money, number, said} from './format.js';
import {fromBase64} from './merkle.js';
import {t, word} from './text.js';

/** So many agreements are looked up for a page of receipts. */
const LOOKED_UP = 24;
const NO_AGREEMENT = '0'.repeat(64);

/** Agreements by hash; those that this node cannot show are left out. */
export async function agreementsBy(hashes) {
  const names = [...new Set(hashes.filter(name => name))].slice(0, LOOKED_UP);
  const found = await Promise.all(names.map(async name => {
    try {
      return [name, await get(`/v1/agreements/${name}`)];
    } catch (why) {
      if (why instanceof Problem) {
        return null;
      }
      throw why;
    }
  }));
  return new Map(found.filter(pair => pair));
}

/** The agreements that receipts name. */
export function agreementsOf(receipts) {
  return agreementsBy(receipts.map(each => each.proposal?.agreement));
}

/** An agreement by its title where that is known, else by its hash. */
export function agreementLink(name, agreements) {
  return el('a', {href: `#/agreement/${name}`}, agreements.has(name) ? said(agreements.get(name).title) : hash(name));
}

/** A price a row: an amount where the agreement is known, else in the smallest unit of its currency. */
export function priceOf(amount, agreement) {
  return agreement ? money(amount, agreement.document.currency) : t('receipt.units', {n: number(amount)});
}

export function parties(roles) {
  return roles.map(role => word('party', role)).join(t('list.comma'));
}

export function content(receipt) {
  return receipt.content ? new TextDecoder().decode(fromBase64(receipt.content)) : '';
}

/** Who did what an event is about, and to what, as its content says; `agreement` where it is about one. */
export function eventOf(receipt) {
  const lines = content(receipt).split('\n');
  if (receipt.event.startsWith('access.')) {
    return {by: lines[0], about: lines[1] ?? '', agreement: null};
  }
  if (receipt.event.startsWith('program.')) {
    return {by: lines[1] ?? '', about: lines[0], agreement: null};
  }
  if (/^(agreement|bank|model|column|consent)\./.test(receipt.event) && lines.length >= 3) {
    const about = lines[2].includes(': ') ? lines[2].slice(lines[2].indexOf(': ') + 2) : '';
    const named = lines[0] !== NO_AGREEMENT && /^[0-9a-f]{64}$/.test(lines[0]);
    return {by: lines[1], about, agreement: named ? lines[0] : null};
  }
  return {by: '', about: '', agreement: null};
}

export function eventName(receipt) {
  const signed = /^agreement\.signed\.by\.party\.([0-3])$/.exec(receipt.event);
  return signed ? t('event.signed', {party: word('party', ['tax', 'utility', 'social-security', 'bank'][signed[1]])})
    : word('event', receipt.event);
}

/** @param agreements of {@link agreementsOf} */
export function about(receipt, agreements) {
  switch (receipt.kind) {
    case 'accepted':
      return t('receipt.accepted.about', {
        rows: number(receipt.proposal?.rows ?? 0),
        bits: number(receipt.bits),
        price: priceOf(receipt.price, agreements.get(receipt.proposal?.agreement)),
      });
    case 'refused':
      return word('reason', receipt.reason);
    case 'authorised':
      return t('receipt.authorised.about', {parties: parties(receipt.accepted)});
    case 'ended':
      return [word('outcome', receipt.outcome), receipt.by && ` · ${word('party', receipt.by)}`,
        receipt.reason && [' · ', word('reason', receipt.reason)]];
    default: {
      const {by} = eventOf(receipt);
      return [el('span', {}, eventName(receipt)), by && [' · ', said(by)]];
    }
  }
}
