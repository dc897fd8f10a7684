// Sessions under way, as the receipts tell, and the newest runs.

import {get} from './api.js';
import {bars} from './chart.js';
import {el} from './dom.js';
import {bytes, hash, number, said, time} from './format.js';
import {badge, button, into, note, section, table} from './parts.js';
import {t, word} from './text.js';

const EVERY = 5000;
const LOOKED_BACK = 300;
const NEWEST = 50;

/** Accepted here, and no end on record yet among the newest receipts. */
export function underWay(receipts) {
  const ended = new Set(receipts.filter(each => each.kind === 'ended').map(each => each.session));
  const authorised = new Set(receipts.filter(each => each.kind === 'authorised').map(each => each.session));
  return receipts
      .filter(each => each.kind === 'accepted' && !ended.has(each.session))
      .map(each => ({...each, authorised: authorised.has(each.session)}));
}

function receiptsOf(session) {
  return el('a', {href: `#/receipts/${session}`}, hash(session));
}

function live(receipts) {
  return section(t('sessions.live'), table(t('sessions.live'), [
    {text: t('session.id'), row: true}, {text: t('session.since')}, {text: t('session.kind')},
    {text: t('session.purpose')}, {text: t('session.rows'), number: true}, {text: t('session.step')},
  ], underWay(receipts).map(each => [
    receiptsOf(each.session), time(each.at), word('session', each.proposal?.kind ?? ''),
    each.proposal?.purpose ? said(each.proposal.purpose) : t('none'), number(each.proposal?.rows ?? 0),
    each.authorised ? badge('good', t('session.authorised')) : badge('wait', t('session.accepted')),
  ]), t('sessions.live.none')));
}

function byKind(sessions) {
  const rows = new Map();
  sessions.forEach(each => rows.set(each.kind, (rows.get(each.kind) ?? 0) + each.rows));
  const heads = [t('session.kind'), t('session.rows')];
  return rows.size === 0 ? null : bars(t('sessions.chart', {n: sessions.length}), heads,
      [...rows].map(([kind, value]) => ({name: word('session', kind), value, shown: number(value)})));
}

function newest(sessions) {
  return section(t('sessions.newest'), byKind(sessions), table(t('sessions.newest'), [
    {text: t('session.id'), row: true}, {text: t('session.ended')}, {text: t('session.kind')},
    {text: t('session.purpose')}, {text: t('session.rows'), number: true}, {text: t('session.time'), number: true},
    {text: t('session.rounds'), number: true}, {text: t('session.traffic'), number: true},
  ], sessions.map(each => [
    receiptsOf(each.id), time(each.endedAt),
    each.how ? `${word('session', each.kind)} (${word('how', each.how)})` : word('session', each.kind),
    each.purpose ? said(each.purpose) : t('none'), number(each.rows),
    t('milliseconds', {n: number(each.milliseconds, 1)}), number(each.rounds),
    bytes(each.traffic.reduce((sum, peer) => sum + peer.sent + peer.received, 0)),
  ]), t('sessions.newest.none')));
}

async function load() {
  const now = el('div');
  const [sessions] = await Promise.all([
    get(`/v1/sessions?limit=${NEWEST}`),
    into(now, async () => live((await get(`/v1/receipts?limit=${LOOKED_BACK}`)).receipts)),
  ]);
  return [now, newest(sessions.sessions)];
}

export async function sessions(argument, {leaving}) {
  const place = el('div');
  let timer = 0;
  const switchOff = () => { clearInterval(timer); timer = 0; };
  const self = el('input', {type: 'checkbox', id: 'by-itself', on: {change: () => {
    switchOff();
    if (self.checked) {
      timer = setInterval(() => into(place, load), EVERY);
    }
  }}});
  leaving(switchOff);
  place.append(...await load());
  return [
    note(t('sessions.about')),
    el('div', {class: 'buttons'}, button(t('refresh'), () => into(place, load)),
        el('span', {class: 'check'}, self, el('label', {for: 'by-itself'}, t('refresh.itself')))),
    place,
  ];
}
