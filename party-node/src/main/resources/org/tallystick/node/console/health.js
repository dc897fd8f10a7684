// Whether this node works and can compute.

import {get} from './api.js';
import {el} from './dom.js';
import {said} from './format.js';
import {badge, button, facts, note, section} from './parts.js';
import {t, word} from './text.js';

export async function health(argument, {again}) {
  const [works, ready] = await Promise.all([get('/health', {also: [503]}), get('/ready', {also: [503]})]);
  const warnings = works.warnings ?? [];
  const missing = ready.missing ?? [];
  return [
    el('div', {class: 'buttons'}, button(t('refresh'), again)),
    section(t('health.works'), facts([
      [t('health.status'), badge(works.status === 'ok' ? 'good' : 'bad', word('health', works.status))],
      [t('health.storage'), works.storageWritable
        ? badge('good', t('health.storage.yes')) : badge('bad', t('health.storage.no'))],
    ]),
    el('h3', {}, t('health.warnings')),
    warnings.length === 0 ? note(t('health.warnings.none'))
      : el('ul', {class: 'findings'}, warnings.map(warning =>
        el('li', {}, badge('warn', t('health.warning')), ' ', el('span', {lang: 'en'}, said(warning)))))),
    section(t('health.ready'), facts([
      [t('health.status'), badge(ready.status === 'ready' ? 'good' : 'warn', word('ready', ready.status))],
      [t('health.epoch'), ready.epochLive ? badge('good', t('health.epoch.yes')) : badge('warn', t('health.epoch.no'))],
      [t('health.missing'), missing.length === 0 ? t('none')
        : missing.map(role => word('party', role)).join(t('list.comma'))],
    ])),
  ];
}
