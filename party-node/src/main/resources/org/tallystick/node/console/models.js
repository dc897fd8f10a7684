// The models of this bank that can be asked for.

import {get} from './api.js';
import {hash, said, time} from './format.js';
import {note, section, table} from './parts.js';
import {t, word} from './text.js';

export async function models() {
  const all = (await get('/v1/models')).models;
  return [
    note(t('models.about')),
    section(t('models.all'), table(t('models.all'), [
      {text: t('program.name'), row: true}, {text: t('model.output')}, {text: t('model.digest')},
      {text: t('use.program')}, {text: t('model.since')},
    ], all.map(each => [
      said(each.name), word('output', each.output), hash(each.digest), hash(each.program), time(each.activatedAt),
    ]), t('models.none'))),
  ];
}
