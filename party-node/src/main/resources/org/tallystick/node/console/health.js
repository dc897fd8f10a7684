// Whether this node works and can compute.

import {get, post} from './api.js';
import {el, say} from './dom.js';
import {day, number, said, wholeHash} from './format.js';
import {badge, button, facts, into, note, section} from './parts.js';
import {has} from './roles.js';
import {t, word} from './text.js';

const DAY = 86_400_000;
/** Before a certificate ends, another has to be issued and put in place. */
const SOON = 30;

function node(works) {
  const warnings = works.warnings ?? [];
  return section(t('health.works'), facts([
    [t('health.status'), badge(works.status === 'ok' ? 'good' : 'bad', word('health', works.status))],
    [t('health.storage'), works.storageWritable
      ? badge('good', t('health.storage.yes')) : badge('bad', t('health.storage.no'))],
    [t('health.receipts'), works.receiptsWritable
      ? badge('good', t('health.receipts.yes')) : badge('bad', t('health.receipts.no'))],
  ]),
  el('h3', {}, t('health.warnings')),
  warnings.length === 0 ? note(t('health.warnings.none'))
    : el('ul', {class: 'findings'}, warnings.map(warning =>
      el('li', {}, badge('warn', t('health.warning')), ' ', el('span', {lang: 'en'}, said(warning))))));
}

function group(ready) {
  const missing = ready.missing ?? [];
  return section(t('health.ready'), facts([
    [t('health.status'), badge(ready.status === 'ready' ? 'good' : 'warn', word('ready', ready.status))],
    [t('health.epoch'), ready.epochLive ? badge('good', t('health.epoch.yes')) : badge('warn', t('health.epoch.no'))],
    [t('health.missing'), missing.length === 0 ? t('none')
      : missing.map(role => badge('bad', word('party', role))).flatMap(each => [each, ' '])],
  ]));
}

function lasts(until) {
  const left = (new Date(until) - Date.now()) / DAY;
  if (left <= 0) {
    return badge('bad', t('certificate.over'));
  }
  return left < SOON ? badge('warn', t('key.soon', {n: number(Math.ceil(left))})) : badge('good', t('key.holds'));
}

function certificate(found) {
  return facts([
    [t('key.until'), el('span', {}, day(found.notAfter), ' ', lasts(found.notAfter))],
    [t('certificate.fingerprint'), wholeHash(found.fingerprint)],
    [t('certificate.refused'), found.refused.length === 0 ? t('none')
      : el('ul', {class: 'plain'}, found.refused.map(each => el('li', {}, wholeHash(each))))],
  ]);
}

async function certificates() {
  const place = el('div');
  await into(place, async () => certificate(await get('/v1/certificates')));
  return section(t('certificate.title'), place,
      has('operator') && el('div', {class: 'buttons'}, button(t('certificate.reload'), () => into(place, async () => {
        const found = await post('/v1/certificates/reload');
        say(t('certificate.reloaded'));
        return certificate(found);
      }))));
}

export async function health(argument, {again}) {
  const [works, ready] = await Promise.all([get('/health', {also: [503]}), get('/ready', {also: [503]})]);
  return [
    el('div', {class: 'buttons'}, button(t('refresh'), again)),
    node(works),
    group(ready),
    has('operator', 'auditor') && await certificates(),
  ];
}
