// Times, numbers and hashes as a person reads them.

import {el} from './dom.js';
import {locale} from './text.js';

/** So many digits of a hash tell it from others in a list. */
const READ_OUT = 12;
const DAY = {year: 'numeric', month: 'short', day: 'numeric'};
const TIME = {...DAY, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'};

function shown(text, form) {
  const words = new Intl.DateTimeFormat(locale(), form).format(new Date(text));
  return el('time', {datetime: text, title: text}, words);
}

export function time(text) {
  return shown(text, TIME);
}

export function day(text) {
  return shown(text, DAY);
}

/** A day that is one wherever the viewer is, such as 2026-11-02. */
export function plainDay(text) {
  return shown(text, {...DAY, timeZone: 'UTC'});
}

/** A month such as 2026-11, in words. */
export function month(text) {
  return new Intl.DateTimeFormat(locale(), {year: 'numeric', month: 'long', timeZone: 'UTC'}).format(new Date(text));
}

export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale(), {maximumFractionDigits: digits}).format(value);
}

/** An amount in the currency's smallest unit. */
export function money(amount, currency) {
  if (!currency) {
    return number(amount);
  }
  const format = new Intl.NumberFormat(locale(), {style: 'currency', currency, currencyDisplay: 'code'});
  const digits = format.resolvedOptions().maximumFractionDigits;
  return format.format(Number(amount) / 10 ** digits);
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = Number(value);
  let at = 0;
  while (size >= 1024 && at < units.length - 1) {
    size /= 1024;
    at += 1;
  }
  return `${number(size, at === 0 ? 0 : 1)} ${units[at]}`;
}

/** A hash that tables cut off: what is copied is all of it, what is read out is its beginning. */
export function hash(text) {
  return el('code', {class: 'hash', title: text},
      text.slice(0, READ_OUT), el('span', {'aria-hidden': 'true'}, text.slice(READ_OUT)));
}

/** Where the viewer is, by the browser's clock. */
export function timeZone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function wholeHash(text) {
  return el('code', {class: 'hash whole'}, text);
}

/** What the node or another party has written, in whatever language it did. */
export function said(text) {
  return el('span', {class: 'said', dir: 'auto'}, text);
}
