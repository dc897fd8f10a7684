// One agreement: to be read, checked, and decided on.

import {get, parse, post} from './api.js';
import {isExpired, price, purposes, signatures} from './agreements.js';
import {bars} from './chart.js';
import {el, say} from './dom.js';
import {day, hash, money, number, said, time, wholeHash} from './format.js';
import {sha256, toHex} from './merkle.js';
import {badge, button, confirm, facts, note, person, problem, section, state, table} from './parts.js';
import {CHANGES, has, who} from './roles.js';
import {t, word} from './text.js';

const PARTIES = 4;
const DOMAIN = 'tallystick/agreement/1';

/** Whether the text is the one that the hash names: length and bytes of the domain, then of the text. */
async function isOfHash(canonical, expected) {
  const parts = [DOMAIN, canonical].map(text => new TextEncoder().encode(text));
  const bytes = parts.flatMap(part => {
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, part.length);
    return [new Uint8Array(length.buffer), part];
  });
  return toHex(await sha256(...bytes)) === expected;
}

/** A finding in the viewer's language. */
function found(finding, currency) {
  const ways = {
    owner: name => word('party', name), use: kind => word('use', kind), program: name => `${name.slice(0, 12)}…`,
    model: name => `${name.slice(0, 12)}…`, price: amount => money(amount, currency),
    cap: amount => money(amount, currency),
  };
  return t(`finding.${finding.code}`, Object.fromEntries(Object.entries(finding.facts).map(([name, value]) =>
    [name, ways[name] ? ways[name](value) : value])));
}

function leakage(whole) {
  const told = whole.leakage.bitsTold;
  const bits = value => t('bits', {n: number(value, 1)});
  const held = Object.entries(whole.leakage.bitsHeld).map(([owner, value]) => ({
    name: t('leakage.held', {party: word('party', owner)}), value, shown: bits(value),
  }));
  const against = whole.findings.filter(finding => finding.refuses);
  return section(t('leakage.title'),
      whole.findings.length === 0 ? el('p', {}, badge('good', t('leakage.nothing'))) : [
        el('p', {}, against.length === 0
          ? badge('good', t('leakage.may')) : badge('bad', t('leakage.maynot', {n: against.length}))),
        el('ul', {class: 'findings'}, whole.findings.map(finding => el('li', {},
            badge(finding.refuses ? 'bad' : 'warn', finding.refuses ? t('finding.refuses') : t('finding.weigh')), ' ',
            found(finding, whole.document.currency)))),
      ],
      bars(t('leakage.chart'), [t('leakage.what'), t('leakage.bits')],
          [{name: t('leakage.told'), value: told, shown: bits(told), strong: true}, ...held], {value: told}),
      note(t('leakage.about')));
}

function blocked(name, change, whole) {
  if (change.notByProposer && whole.proposedBy === who().name) {
    return t('change.own', {change: t(`change.${name}`)});
  }
  const missing = PARTIES - whole.signed.length;
  return change.afterAllSigned && missing > 0 ? t('change.unsigned', {n: missing}) : null;
}

async function decide(name, change, whole, again, place) {
  const label = t(`change.${name}`);
  if (!await confirm(label, t(`change.${name}.ask`, {title: whole.title}), label, change.forGood ? 'bad' : 'main')) {
    return;
  }
  try {
    await post(`/v1/agreements/${whole.hash}/${name}`);
    say(t(`done.${name}`));
    await again();
  } catch (why) {
    place.replaceChildren(problem(why));
  }
}

function decisions(whole, again) {
  const possible = Object.entries(CHANGES).filter(([, change]) => change.from.includes(whole.state));
  const mine = possible.filter(([, change]) => has(...change.by));
  const place = el('div');
  const notes = mine.map(([name, change]) => blocked(name, change, whole)).filter(text => text);
  const buttons = mine
      .filter(([name, change]) => !blocked(name, change, whole))
      .map(([name, change]) => button(t(`change.${name}`), () => decide(name, change, whole, again, place),
          change.forGood ? 'bad' : 'main'));
  return section(t('agreement.decide'),
      mine.length === 0 && note(possible.length === 0 ? t('change.over') : t('change.others')),
      notes.map(text => note(text)),
      buttons.length > 0 && el('div', {class: 'buttons'}, buttons),
      place);
}

function uses(document) {
  return table(t('agreement.uses'), [
    {text: t('use.kind'), row: true}, {text: t('use.program')}, {text: t('use.models')},
    {text: t('use.bits'), number: true}, {text: t('use.consent')}, {text: t('use.price'), number: true},
    ...(who().node === 'bank' ? [] : [{text: t('use.mine'), number: true}]),
  ], document.uses.map(use => [
    word('use', use.kind),
    who().node === 'bank' ? hash(use.program) : el('a', {href: `#/program/${use.program}`}, hash(use.program)),
    use.models.length === 0 ? t('none') : use.models.map(model => [hash(model), ' ']),
    number(use.bits),
    use.consent ? t('use.consent.yes') : t('use.consent.no'),
    price(use, document, 'bank'),
    ...(who().node === 'bank' ? [] : [price(use, document, who().node)]),
  ]), t('none'));
}

/** A table of columns, those of this node first. */
export function columnTable(columns) {
  const own = who().node;
  const range = (value, scale) => number(Number(value) / 2 ** scale, 6);
  const sorted = [...columns].sort((a, b) => (b.owner === own) - (a.owner === own));
  return table(t('agreement.columns'), [
    {text: t('column.name'), row: true}, {text: t('column.owner')}, {text: t('column.meaning')},
    {text: t('column.low'), number: true}, {text: t('column.high'), number: true},
  ], sorted.map(column => [
    said(column.name),
    column.owner === own ? el('strong', {}, word('party', column.owner), ' ', t('column.own'))
      : word('party', column.owner),
    word('meaning', column.meaning), range(column.low, column.scale), range(column.high, column.scale),
  ]), t('agreement.own.none'));
}

function limits(document) {
  const limit = document.limits;
  return facts([
    [t('limit.bits'), t('limit.bits.value', {n: number(limit.bitsPerSubject), days: number(limit.windowDays)})],
    [t('limit.uses'), number(limit.usesPerDay)],
    [t('limit.group'), number(limit.minimumGroup)],
    [t('limit.weights'), number(limit.minimumWeights)],
    [t('limit.bands'), t('limit.bands.value', {n: number(limit.bandBits)})],
    [t('limit.floor'), said(document.floor)],
    [t('limit.retention'), t('days', {n: number(document.retentionDays)})],
    [t('limit.issuers'), document.issuers.length === 0 ? t('none') : document.issuers.map(issuer =>
      el('p', {class: 'tight'}, said(issuer.name), ' (', issuer.suite, ') ', hash(issuer.publicKey)))],
  ]);
}

function overview(whole, document) {
  return section(t('agreement.overview'), facts([
    [t('agreement.state'), el('span', {}, state(whole.state), ' ',
        isExpired(whole) && badge('idle', t('agreement.expired')))],
    [t('agreement.requester'), said(document.requester)],
    [t('agreement.purposes'), el('ul', {class: 'plain'}, purposes(document))],
    [t('agreement.revision.head'), el('span', {}, number(document.revision), ' ', document.previous
        && el('a', {href: `#/compare/${whole.hash}`}, t('agreement.compare')))],
    [t('agreement.valid'), el('span', {}, day(document.validFrom), ' – ', day(document.validUntil))],
    [t('agreement.offered'), word('party', whole.offeredBy)],
    [t('agreement.proposed'), whole.proposedBy ? said(whole.proposedBy) : t('none')],
    [t('agreement.changed'), el('span', {}, time(whole.changedAt), ' · ', person(whole.changedBy))],
    [t('agreement.signed'), whole.signed.length === 0 ? signatures(whole)
      : el('ul', {class: 'plain'}, whole.signed.map(each =>
        el('li', {}, '✓ ', word('party', each.party), ', ', time(each.at))))],
  ]));
}

export async function agreement(name, {again}) {
  const whole = await get(`/v1/agreements/${name}`);
  const honest = await isOfHash(whole.canonical, whole.hash);
  // What is shown is what is signed, not the node's retelling of it.
  const document = honest ? parse(whole.canonical) : whole.document;
  return [
    el('p', {}, el('a', {href: '#/agreements'}, t('agreements.back'))),
    el('p', {class: 'lead'}, said(whole.title)),
    decisions(whole, again),
    overview(whole, document),
    leakage(whole),
    section(t('agreement.uses'), uses(document)),
    section(t('agreement.columns'), columnTable(document.columns)),
    section(t('agreement.limits'), limits(document)),
    section(t('agreement.text'),
        el('p', {}, honest ? badge('good', t('agreement.hash.right')) : badge('bad', t('agreement.hash.wrong'))),
        el('p', {}, wholeHash(whole.hash)),
        el('details', {}, el('summary', {}, t('agreement.text.show')),
            el('pre', {class: 'document', tabindex: '0', lang: 'en'}, whole.canonical))),
  ];
}
