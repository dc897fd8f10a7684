// Passwords made up for others, and what is shown once and then taken off the page.

import {el, say} from './dom.js';
import {button, field} from './parts.js';
import {t} from './text.js';

// Without letters and digits that are read for one another.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP = 4;

function letter() {
  const fair = 256 - 256 % LETTERS.length;
  const byte = new Uint8Array(1);
  do {
    crypto.getRandomValues(byte);
  } while (byte[0] >= fair);
  return LETTERS[byte[0] % LETTERS.length];
}

/** A password that can be read out: 16 letters and digits, 79 bits. */
function madeUp() {
  const group = () => Array.from({length: GROUP}, letter).join('');
  return Array.from({length: GROUPS}, group).join('-');
}

/**
 * A field for somebody else's first password, typed or made up.
 *
 * @returns {node, value, clear}: its element, what stands in it, and what empties it
 */
export function firstPassword(label) {
  const input = el('input', {
    type: 'password', required: true, minlength: '12', maxlength: '128', autocomplete: 'new-password',
    spellcheck: 'false', autocapitalize: 'none',
  });
  const make = button(t('secret.make'), () => {
    input.value = madeUp();
    input.type = 'text';
    say(t('secret.made'));
  });
  return {
    node: el('div', {}, field(label, input, t('secret.hint')), el('div', {class: 'buttons'}, make)),
    value: () => input.value,
    clear: () => {
      input.value = '';
      input.type = 'password';
    },
  };
}

/**
 * Shows a secret until the person has put it away or leaves.
 *
 * @param place an element whose children it replaces
 * @param more what else is said with it
 * @returns what takes it off the page
 */
export function showOnce(place, title, about, secret, more = []) {
  const shown = el('code', {class: 'secret'}, secret);
  const clear = () => {
    shown.textContent = '';
    place.replaceChildren();
  };
  const copy = button(t('secret.copy'), async () => {
    try {
      await navigator.clipboard.writeText(shown.textContent);
      say(t('secret.copied'));
    } catch {
      getSelection().selectAllChildren(shown);
      say(t('secret.select'));
    }
  }, 'main');
  const heading = el('h3', {tabindex: '-1'}, title);
  place.replaceChildren(el('div', {class: 'box once'},
      heading, el('p', {}, about), more, el('p', {}, shown),
      el('div', {class: 'buttons'}, copy, button(t('secret.done'), () => {
        clear();
        say(t('secret.gone'));
      }))));
  heading.focus();
  return clear;
}
