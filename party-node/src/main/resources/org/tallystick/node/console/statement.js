// A month: what was used, what it costs, who gets what.

import {file, get} from './api.js';
import {bars} from './chart.js';
import {el, say} from './dom.js';
import {hash, money, month as monthName, number, plainDay, said} from './format.js';
import {who} from './roles.js';
import {button, facts, field, form, note, save, section, table} from './parts.js';
import {t, word} from './text.js';
import {agreementLink, agreementsBy} from './told.js';

const MONTH = /^[0-9]{4}-(0[1-9]|1[0-2])$/;

function sums(lines, entries) {
  const all = new Map();
  for (const line of lines) {
    for (const [name, amount] of entries(line)) {
      const key = JSON.stringify([line.currency, name]);
      all.set(key, (all.get(key) ?? 0) + Number(amount));
    }
  }
  return [...all].map(([key, amount]) => {
    const [currency, name] = JSON.parse(key);
    return {name, currency, amount};
  });
}

function chart(title, heads, found) {
  const rows = found.filter(each => each.amount > 0);
  return rows.length === 0 ? null : bars(title, heads, rows.map(each =>
    ({...each, value: each.amount, shown: money(each.amount, each.currency)})));
}

function lines(statement, agreements) {
  return table(t('statement.lines'), [
    {text: t('session.purpose'), row: true}, {text: t('use.kind')}, {text: t('receipt.agreement')},
    {text: t('use.program')}, {text: t('statement.sessions'), number: true}, {text: t('session.rows'), number: true},
    {text: t('statement.charged'), number: true}, {text: t('statement.price'), number: true},
    {text: t('statement.amount'), number: true},
  ], statement.lines.map(line => [
    line.purpose ? said(line.purpose) : t('none'), word('session', line.kind),
    line.agreement ? agreementLink(line.agreement, agreements) : t('none'),
    hash(line.program), number(line.sessions), number(line.rows), number(line.charged),
    money(line.price, line.currency), money(line.amount, line.currency),
  ]), t('statement.lines.none'));
}

function dataSets(statement) {
  return section(t('sets.title'), table(t('sets.title'), [
    {text: t('use.program'), row: true}, {text: t('sets.columns')}, {text: t('session.rows'), number: true},
    {text: t('statement.charged'), number: true}, {text: t('sets.revenue'), number: true}, {text: t('sets.days')},
    {text: t('sets.asof')},
  ], statement.dataSets.map(set => [
    hash(set.program), el('ul', {class: 'chips'}, set.columns.map(name => el('li', {}, said(name)))), number(set.rows),
    number(set.charged), money(set.revenue, set.currency),
    set.firstUse ? [plainDay(set.firstUse), ' – ', plainDay(set.lastUse)] : t('none'),
    set.asOf?.length > 0 ? el('ul', {class: 'plain'}, set.asOf.map(each => el('li', {}, plainDay(each)))) : t('none'),
  ]), t('sets.none')));
}

function totals(statement) {
  const amounts = sums(statement.lines, line => [['', line.amount]]);
  return facts([
    [t('statement.receipts'), number(statement.receipts)],
    [t('session.rows'), number(statement.lines.reduce((sum, line) => sum + line.rows, 0))],
    [t('statement.charged'), number(statement.lines.reduce((sum, line) => sum + line.charged, 0))],
    [t('statement.total'), amounts.length === 0 ? t('none')
      : amounts.map(each => money(each.amount, each.currency)).join(t('list.comma'))],
  ]);
}

async function shown(statement) {
  const agreements = await agreementsBy(statement.lines.map(line => line.agreement));
  say(t('statement.shown', {month: monthName(statement.month)}));
  return [
    section(t('statement.of', {month: monthName(statement.month)}), totals(statement),
        chart(t('statement.shares'), [t('statement.party'), t('statement.amount')],
            sums(statement.lines, line => Object.entries(line.shares))
                .map(each => ({...each, name: word('party', each.name), strong: each.name === who().node}))),
        chart(t('statement.purposes'), [t('session.purpose'), t('statement.amount')],
            sums(statement.lines, line => [[line.purpose || t('none'), line.amount]])),
        el('h3', {}, t('statement.lines')), lines(statement, agreements),
        el('div', {class: 'buttons'}, button(t('statement.csv'), async () =>
          save(await file(`/v1/statements/${statement.month}`, 'text/csv'), `statement-${statement.month}.csv`)))),
    dataSets(statement),
  ];
}

async function of(month) {
  return shown(await get(`/v1/statements/${encodeURIComponent(month)}`));
}

function thisMonth() {
  return new Date().toISOString().slice(0, 7);
}

/** The month so many later, as far as the calendar of the node's interface goes. */
function later(month, by) {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

function turning(chosen) {
  const link = (month, words) => el('a', {class: 'button', href: `#/statement/${month}`}, words);
  return el('div', {class: 'buttons'},
      link(later(chosen, -1), t('statement.before', {month: monthName(later(chosen, -1))})),
      chosen < thisMonth() && link(later(chosen, 1), t('statement.after', {month: monthName(later(chosen, 1))})));
}

export async function statement(argument) {
  const chosen = MONTH.test(argument) ? argument : thisMonth();
  const month = el('input', {
    type: 'month', required: true, value: chosen, pattern: '[0-9]{4}-[0-9]{2}', max: '9999-12',
  });
  return [
    note(t('statement.about')),
    form(t('statement.ask'), [field(t('statement.month'), month)], t('statement.show'),
        () => { location.hash = `#/statement/${month.value}`; }),
    turning(chosen),
    ...await of(chosen),
  ];
}
