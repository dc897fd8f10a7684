// The people who log in here: who they are and what they may do. An operator adds and changes them.

import {get, post, remove} from './api.js';
import {el, say} from './dom.js';
import {said, time} from './format.js';
import {badge, button, confirm, facts, field, form, note, problem, section, table} from './parts.js';
import {has, ROLES, who} from './roles.js';
import {firstPassword, showOnce} from './secrets.js';
import {t, word} from './text.js';

export function roleNames(roles) {
  return roles.map(role => word('role', role)).join(t('list.comma'));
}

function standing(user) {
  if (!user.enabled) {
    return badge('idle', t('user.disabled'));
  }
  const paused = user.pausedUntil && new Date(user.pausedUntil) > new Date();
  return [
    user.provisional ? badge('wait', t('user.provisional')) : badge('good', t('user.enabled')),
    paused && [' ', badge('warn', t('user.paused')), ' ', time(user.pausedUntil)],
  ];
}

function added(user) {
  return el('span', {}, time(user.createdAt), ' · ', said(user.createdBy));
}

/** A choice of roles, each with what it is for. */
function choice(before) {
  const boxes = ROLES.map(role => el('input', {
    type: 'checkbox', id: `role-${role}`, value: role, checked: before.includes(role),
    'aria-describedby': `role-${role}-about`,
  }));
  return {
    node: el('fieldset', {}, el('legend', {}, t('account.roles')), boxes.map(box =>
      el('div', {class: 'choice'}, box, el('div', {},
          el('label', {for: box.id}, word('role', box.value)),
          el('p', {class: 'hint', id: `${box.id}-about`}, word('role.about', box.value)))))),
    chosen: () => boxes.filter(box => box.checked).map(box => box.value),
    clear: () => boxes.forEach(box => { box.checked = before.includes(box.value); }),
  };
}

function noRole() {
  return el('p', {class: 'box problem', role: 'alert'}, t('roles.none'));
}

function adding(changed, leaving) {
  const name = el('input', {
    type: 'text', required: true, maxlength: '63', pattern: '[a-z0-9][a-z0-9._@\\-]*', autocomplete: 'off',
    autocapitalize: 'none', spellcheck: 'false',
  });
  const roles = choice([]);
  const password = firstPassword(t('user.first'));
  const place = el('div');
  leaving(password.clear);
  return section(t('users.add'), form(t('users.add'),
      [field(t('login.name'), name, t('user.name.hint')), roles.node, password.node], t('users.add.do'),
      async () => {
        if (roles.chosen().length === 0) {
          return noRole();
        }
        const secret = password.value();
        const made = await post('/v1/users', {name: name.value.trim(), roles: roles.chosen(), password: secret});
        password.clear();
        roles.clear();
        name.value = '';
        say(t('done.user.add'));
        await changed();
        leaving(showOnce(place, t('users.added', {name: made.name}), t('users.added.about'), secret));
        return null;
      }), place);
}

async function list() {
  const all = (await get('/v1/users')).users;
  const sorted = [...all].sort((a, b) => b.enabled - a.enabled);
  return table(t('users.all'), [
    {text: t('login.name'), row: true}, {text: t('account.roles')}, {text: t('user.state')}, {text: t('user.added')},
  ], sorted.map(user => [
    el('span', {}, el('a', {href: `#/user/${user.name}`}, user.name), user.name === who().name && [' ', t('user.you')]),
    roleNames(user.roles), standing(user), added(user),
  ]), t('users.none'));
}

export async function users(argument, {leaving}) {
  const place = el('div');
  const show = async () => place.replaceChildren(await list());
  await show();
  return [
    note(t('users.about')),
    section(t('users.all'), place),
    has('operator') && adding(show, leaving),
  ];
}

function settingRoles(user, again) {
  const roles = choice(user.roles);
  return section(t('user.roles'), form(t('user.roles'), [roles.node], t('user.roles.do'), async () => {
    if (roles.chosen().length === 0) {
      return noRole();
    }
    await post(`/v1/users/${user.name}/roles`, {roles: roles.chosen()});
    say(t('done.user.roles'));
    await again();
    return null;
  }));
}

function settingPassword(user, leaving) {
  const password = firstPassword(t('password.next'));
  const place = el('div');
  leaving(password.clear);
  return section(t('user.password'), note(t('user.password.about')), form(t('user.password'), [password.node],
      t('user.password.do'), async () => {
        const secret = password.value();
        await post(`/v1/users/${user.name}/password`, {password: secret});
        password.clear();
        say(t('done.user.password'));
        leaving(showOnce(place, t('user.password.set', {name: user.name}), t('users.added.about'), secret));
        return null;
      }), place);
}

function letting(user, again) {
  const place = el('div');
  const label = user.enabled ? t('user.disable') : t('user.enable');
  const question = user.enabled ? t('user.disable.ask', {name: user.name}) : t('user.enable.ask', {name: user.name});
  const kind = user.enabled ? 'bad' : 'main';
  return section(label, note(user.enabled ? t('user.disable.about') : t('user.enable.about')),
      el('div', {class: 'buttons'}, button(label, async () => {
        if (!await confirm(label, question, label, kind)) {
          return;
        }
        try {
          await (user.enabled ? remove(`/v1/users/${user.name}`) : post(`/v1/users/${user.name}/enable`));
          say(user.enabled ? t('done.user.disable') : t('done.user.enable'));
          await again();
        } catch (why) {
          place.replaceChildren(problem(why));
        }
      }, kind)), place);
}

function changing(user, {again, leaving}) {
  if (user.name === who().name) {
    return note(t('user.own'));
  }
  return [
    user.enabled && [settingRoles(user, again), settingPassword(user, leaving)],
    letting(user, again),
  ];
}

export async function user(name, tools) {
  const found = (await get('/v1/users')).users.find(each => each.name === name);
  const back = el('p', {}, el('a', {href: '#/users'}, t('users.back')));
  if (found === undefined) {
    return [back, note(t('user.unknown'))];
  }
  return [
    back,
    section(t('agreement.overview'), facts([
      [t('login.name'), found.name],
      [t('account.roles'), roleNames(found.roles)],
      [t('user.state'), standing(found)],
      [t('user.added'), added(found)],
    ])),
    has('operator') && changing(found, tools),
  ];
}
