// What is stopped here at once: a bank, a model, a column.

import {get, Problem, post} from './api.js';
import {el, say} from './dom.js';
import {said, time} from './format.js';
import {button, confirm, field, form, note, problem, section, table} from './parts.js';
import {has, who} from './roles.js';
import {t, word} from './text.js';

const KINDS = ['bank', 'model', 'column'];

/** Names that agreements know, to choose from: by kind of stop. */
async function names() {
  const known = {bank: new Set(), model: new Set(), column: new Set()};
  const all = (await get('/v1/agreements')).agreements.filter(each => each.state !== 'revoked');
  const wholes = await Promise.all(all.slice(0, 24).map(each => get(`/v1/agreements/${each.hash}`)));
  for (const {document} of wholes) {
    known.bank.add(document.requester);
    document.uses.forEach(use => use.models.forEach(model => known.model.add(model)));
    document.columns.filter(column => column.owner === who().node).forEach(column => known.column.add(column.name));
  }
  return known;
}

function list(stops, again, place) {
  return table(t('stops.now'), [
    {text: t('stop.kind'), row: true}, {text: t('stop.name')}, {text: t('stop.by')}, {text: t('stop.at')},
    ...(has('approver') ? [{text: t('stop.act')}] : []),
  ], stops.map(stop => [
    word('stop', stop.kind), said(stop.name), said(stop.by), time(stop.at),
    ...(has('approver') ? [button(t('stop.lift'), async () => {
      if (!await confirm(t('stop.lift'), t('stop.lift.ask', {name: stop.name}), t('stop.lift'))) {
        return;
      }
      try {
        await post('/v1/stops/lift', {kind: stop.kind, name: stop.name});
        say(t('done.lift'));
        await again();
      } catch (why) {
        place.replaceChildren(problem(why));
      }
    })] : []),
  ]), t('stops.none'));
}

async function asking(again) {
  const known = await names();
  const choices = el('datalist', {id: 'stop-names'});
  const name = el('input', {
    type: 'text', required: true, maxlength: '200', list: 'stop-names', autocomplete: 'off', spellcheck: 'false',
  });
  const offer = () => choices.replaceChildren(...[...known[kind.value]].map(value => el('option', {value})));
  const kind = el('select', {on: {change: offer}}, KINDS.map(each => el('option', {value: each}, word('stop', each))));
  offer();
  return section(t('stops.ask'), form(t('stops.ask'),
      [field(t('stop.kind'), kind), field(t('stop.name'), name, t('stop.hint')), choices],
      t('stop.now'),
      async () => {
        const body = {kind: kind.value, name: name.value.trim()};
        if (!await confirm(t('stop.now'), t('stop.now.ask', {name: body.name}), t('stop.now'), 'bad')) {
          return;
        }
        await post('/v1/stops', body);
        say(t('done.stop'));
        await again();
      }));
}

function withdrawing() {
  const text = el('textarea', {rows: '3', required: true, maxlength: '400', spellcheck: 'false', autocomplete: 'off'});
  return section(t('withdrawal.title'), form(t('withdrawal.title'), [field(t('withdrawal.text'), text)],
      t('withdrawal.note'),
      async () => {
        const {noted} = await post('/v1/consents/withdraw', {withdrawal: text.value.trim()});
        const words = noted ? t('withdrawal.noted') : t('withdrawal.known');
        say(words);
        return note(words);
      }));
}

async function asked(again) {
  try {
    return await asking(again);
  } catch (why) {
    if (why instanceof Problem) {
      return problem(why);
    }
    throw why;
  }
}

export async function stops(argument, {again}) {
  const all = (await get('/v1/stops')).stops;
  const place = el('div');
  return [
    note(t('stops.about')),
    section(t('stops.now'), list(all, again, place), place),
    has('approver', 'data-officer') && await asked(again),
    has('data-officer', 'operator') && withdrawing(),
  ];
}
