// A month: what was used, what it costs, who gets what.

import {file, get} from './api.js';
import {bars} from './chart.js';
import {el, say} from './dom.js';
import {hash, money, number, said} from './format.js';
import {button, facts, field, form, note, save, section, table} from './parts.js';
import {t, word} from './text.js';

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
    ({name: each.name, value: each.amount, shown: money(each.amount, each.currency)})));
}

function lines(statement) {
  return table(t('statement.lines'), [
    {text: t('session.purpose'), row: true}, {text: t('use.kind')}, {text: t('receipt.agreement')},
    {text: t('use.program')}, {text: t('statement.sessions'), number: true}, {text: t('session.rows'), number: true},
    {text: t('statement.charged'), number: true}, {text: t('statement.price'), number: true},
    {text: t('statement.amount'), number: true},
  ], statement.lines.map(line => [
    line.purpose ? said(line.purpose) : t('none'), word('session', line.kind),
    line.agreement ? el('a', {href: `#/agreement/${line.agreement}`}, hash(line.agreement)) : t('none'),
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
    hash(set.program), el('span', {}, set.columns.map(said).flatMap(name => [name, ' '])), number(set.rows),
    number(set.charged), money(set.revenue, set.currency),
    set.firstUse ? `${set.firstUse} – ${set.lastUse}` : t('none'),
    set.asOf?.length > 0 ? set.asOf.join(t('list.comma')) : t('none'),
  ]), t('sets.none')));
}

function totals(statement) {
  const amounts = sums(statement.lines, line => [['', line.amount]]);
  return facts([
    [t('statement.month'), statement.month],
    [t('statement.receipts'), number(statement.receipts)],
    [t('session.rows'), number(statement.lines.reduce((sum, line) => sum + line.rows, 0))],
    [t('statement.charged'), number(statement.lines.reduce((sum, line) => sum + line.charged, 0))],
    [t('statement.total'), amounts.length === 0 ? t('none')
      : amounts.map(each => money(each.amount, each.currency)).join(t('list.comma'))],
  ]);
}

function shown(statement) {
  say(t('statement.shown', {month: statement.month}));
  return [
    section(t('statement.of', {month: statement.month}), totals(statement),
        chart(t('statement.shares'), [t('statement.party'), t('statement.amount')],
            sums(statement.lines, line => Object.entries(line.shares))
                .map(each => ({...each, name: word('party', each.name)}))),
        chart(t('statement.purposes'), [t('session.purpose'), t('statement.amount')],
            sums(statement.lines, line => [[line.purpose || t('none'), line.amount]])),
        el('h3', {}, t('statement.lines')), lines(statement),
        el('div', {class: 'buttons'}, button(t('statement.csv'), async () =>
          save(await file(`/v1/statements/${statement.month}`, 'text/csv'), `statement-${statement.month}.csv`)))),
    dataSets(statement),
  ];
}

async function of(month) {
  return shown(await get(`/v1/statements/${encodeURIComponent(month)}`));
}

export async function statement(argument) {
  const chosen = /^[0-9]{4}-[0-9]{2}$/.test(argument) ? argument : new Date().toISOString().slice(0, 7);
  const month = el('input', {
    type: 'month', required: true, value: chosen, pattern: '[0-9]{4}-[0-9]{2}', max: '9999-12',
  });
  return [
    note(t('statement.about')),
    form(t('statement.ask'), [field(t('statement.month'), month)], t('statement.show'),
        () => { location.hash = `#/statement/${month.value}`; }),
    ...await of(chosen),
  ];
}
