// Keys by which systems call: made, shown once, revoked.

import {get, post, remove} from './api.js';
import {el, say} from './dom.js';
import {day, number, said, time} from './format.js';
import {badge, button, confirm, field, form, note, problem, section, table} from './parts.js';
import {has, ROLES} from './roles.js';
import {showOnce} from './secrets.js';
import {t, word} from './text.js';

const DAY = 86_400_000;
/** Before a key ends, its system needs another: so long takes an ordinary change. */
const SOON = 30;

function daysLeft(key) {
  return (new Date(key.expiresAt) - Date.now()) / DAY;
}

function holds(key) {
  return !key.revokedAt && daysLeft(key) > 0;
}

function standing(key) {
  if (key.revokedAt) {
    return [badge('idle', t('key.revoked')), ' ', time(key.revokedAt)];
  }
  const left = daysLeft(key);
  if (left <= 0) {
    return badge('idle', t('key.expired'));
  }
  return left < SOON ? badge('warn', t('key.soon', {n: number(Math.ceil(left))})) : badge('good', t('key.holds'));
}

function revoking(key, again, place) {
  return holds(key) ? button(t('key.revoke'), async () => {
    const question = t('key.revoke.ask', {label: key.label});
    if (!await confirm(t('key.revoke'), question, t('key.revoke'), 'bad')) {
      return;
    }
    try {
      await remove(`/v1/keys/${key.label}`);
      say(t('done.key.revoke'));
      await again();
    } catch (why) {
      place.replaceChildren(problem(why));
    }
  }, 'bad') : t('none');
}

async function list(again, place) {
  const all = (await get('/v1/keys')).keys;
  const sorted = [...all].sort((a, b) => holds(b) - holds(a));
  const changes = has('operator');
  return table(t('keys.all'), [
    {text: t('key.label'), row: true}, {text: t('key.role')}, {text: t('user.state')}, {text: t('key.until')},
    {text: t('key.made')}, ...(changes ? [{text: t('key.act')}] : []),
  ], sorted.map(key => [
    said(key.label), word('role', key.role), standing(key), day(key.expiresAt),
    el('span', {}, time(key.createdAt), ' · ', said(key.createdBy)),
    ...(changes ? [revoking(key, again, place)] : []),
  ]), t('keys.none'));
}

function making(changed, leaving) {
  const label = el('input', {
    type: 'text', required: true, maxlength: '63', pattern: '[a-z0-9][a-z0-9._@\\-]*', autocomplete: 'off',
    autocapitalize: 'none', spellcheck: 'false',
  });
  const role = el('select', {}, ROLES.filter(each => each !== 'approver').map(each =>
    el('option', {value: each, selected: each === 'client'}, word('role', each))));
  const days = el('input', {type: 'number', required: true, min: '1', max: '732', step: '1', value: '365'});
  const place = el('div');
  return section(t('keys.make'), form(t('keys.make'),
      [
        field(t('key.label'), label, t('key.label.hint')),
        field(t('key.role'), role, t('key.role.hint')),
        field(t('key.days'), days, t('key.days.hint')),
      ],
      t('keys.make.do'),
      async () => {
        const made = await post('/v1/keys', {label: label.value.trim(), role: role.value, days: Number(days.value)});
        label.value = '';
        say(t('done.key.make'));
        await changed();
        leaving(showOnce(place, t('key.secret', {label: made.label}), t('key.secret.about'), made.secret));
        return null;
      }), place);
}

export async function keys(argument, {leaving}) {
  const place = el('div');
  const trouble = el('div');
  const show = async () => {
    trouble.replaceChildren();
    const inside = place.contains(document.activeElement);
    place.replaceChildren(await list(show, trouble));
    if (inside) {
      // The button that was pressed is gone.
      place.querySelector('[tabindex]')?.focus();
    }
  };
  await show();
  return [
    note(t('keys.about')),
    section(t('keys.all'), place, trouble),
    has('operator') && making(show, leaving),
  ];
}
