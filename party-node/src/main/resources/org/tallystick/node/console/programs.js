// Programs that banks offer, in words; approved here or not.

import {columnTable} from './agreement.js';
import {get, post} from './api.js';
import {el, say} from './dom.js';
import {hash, number, said, time, wholeHash} from './format.js';
import {badge, button, confirm, facts, note, problem, section, table} from './parts.js';
import {has} from './roles.js';
import {t, word} from './text.js';

function standing(each) {
  return each.approval ? badge('good', t('program.approved')) : badge('wait', t('program.open'));
}

export async function programs() {
  const all = (await get('/v1/programs')).programs;
  return [
    note(t('programs.about')),
    section(t('programs.all'), table(t('programs.all'), [
      {text: t('program.name'), row: true}, {text: t('program.hash')}, {text: t('program.standing')},
      {text: t('program.offered')},
    ], all.map(each => [
      el('a', {href: `#/program/${each.hash}`}, said(each.name)), hash(each.hash), standing(each), time(each.offeredAt),
    ]), t('programs.none'))),
  ];
}

function decision(text, again) {
  const approved = text.program.approval !== undefined;
  const name = approved ? 'withdraw' : 'approve';
  const place = el('div');
  if (!has('approver')) {
    return note(t('change.others'));
  }
  return [el('div', {class: 'buttons'}, button(t(`program.${name}`), async () => {
    const label = t(`program.${name}`);
    if (!await confirm(label, t(`program.${name}.ask`, {name: text.program.name}), label, approved ? 'bad' : 'main')) {
      return;
    }
    try {
      await post(`/v1/programs/${text.program.hash}/${name}`, {});
      say(t(`done.program.${name}`));
      await again();
    } catch (why) {
      place.replaceChildren(problem(why));
    }
  }, approved ? 'bad' : 'main')), place];
}

function lines(title, all) {
  return section(title, all.length === 0 ? note(t('none'))
    : el('ol', {class: 'lines', lang: 'en'}, all.map(line => el('li', {}, said(line)))));
}

function tells(text) {
  return section(t('program.answers'), el('ul', {class: 'plain'}, text.tells.map(each => el('li', {},
      t('program.tells', {party: word('party', each.party), bits: t('bits', {n: number(each.bits)})})))));
}

export async function program(name, {again}) {
  const text = await get(`/v1/programs/${name}`);
  const approval = text.program.approval;
  return [
    el('p', {}, el('a', {href: '#/programs'}, t('programs.back'))),
    el('p', {class: 'lead'}, said(text.program.name)),
    section(t('agreement.decide'), facts([
      [t('program.standing'), standing(text.program)],
      approval && [t('program.by'), el('span', {}, said(approval.by), ', ', time(approval.at))],
      [t('program.hash'), wholeHash(text.program.hash)],
    ]), decision(text, again)),
    text.tells.length === 0 ? lines(t('program.answers'), text.answers) : tells(text),
    text.columns.length === 0 ? lines(t('program.inputs'), text.inputs)
      : section(t('program.inputs'), columnTable(text.columns)),
    lines(t('program.operations'), text.operations),
  ];
}
