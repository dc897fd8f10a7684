// The log-in, and the password that everybody chooses for themselves.

import {get, post, Problem} from './api.js';
import {el, say} from './dom.js';
import {field, form, note} from './parts.js';
import {t} from './text.js';

function password(complete) {
  return el('input', {type: 'password', required: true, maxlength: '128', autocomplete: complete});
}

/** A way in through the organisation's own log-in, where this node has one. */
async function organisation(place) {
  try {
    if ((await get('/v1/sso', {quiet: true})).enabled) {
      place.replaceChildren(el('p', {}, el('a', {class: 'button', href: '/v1/sso/login'}, t('login.organisation'))));
    }
  } catch (why) {
    // Whoever logs in here will be told what is wrong.
    if (!(why instanceof Problem)) {
      throw why;
    }
  }
}

/** @param entered called with who it is */
export function login(message, entered) {
  const name = el('input', {
    type: 'text', required: true, maxlength: '63', autocomplete: 'username', autocapitalize: 'none',
    spellcheck: 'false',
  });
  const secret = password('current-password');
  const other = el('div');
  organisation(other);
  return el('div', {class: 'card narrow'},
      el('h1', {tabindex: '-1'}, t('login.title')),
      message && note(message),
      form(t('login.title'),
          [field(t('login.name'), name), field(t('login.password'), secret)],
          t('login.enter'),
          async () => {
            const me = await post('/v1/login',
                {name: name.value.trim(), password: secret.value, cookie: true}, {quiet: true});
            secret.value = '';
            entered(me);
          }),
      other);
}

/** @param changed called once the password is changed */
export function newPassword(message, changed) {
  const current = password('current-password');
  const next = password('new-password');
  const again = password('new-password');
  return el('div', {},
      message && note(message),
      form(t('password.title'),
          [
            field(t('password.current'), current),
            field(t('password.next'), next),
            field(t('password.again'), again),
          ],
          t('password.change'),
          async () => {
            if (next.value !== again.value) {
              return el('p', {class: 'box problem', role: 'alert'}, t('password.different'));
            }
            await post('/v1/me/password', {current: current.value, password: next.value});
            say(t('password.changed'));
            changed();
            return null;
          }));
}
