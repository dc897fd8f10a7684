// Begins here: the language, who is logged in, and the view that the address names. Addresses name views and hashes of
// documents, and people who log in here; nothing about a business ever stands in one.

import {account} from './account.js';
import {agreement} from './agreement.js';
import {agreements} from './agreements.js';
import {get, onLoggedOut, post} from './api.js';
import {budgets} from './budgets.js';
import {compare} from './compare.js';
import {el, say} from './dom.js';
import {timeZone} from './format.js';
import {health} from './health.js';
import {keys} from './keys.js';
import {login, newPassword} from './login.js';
import {models} from './models.js';
import {button, note, problem} from './parts.js';
import {program, programs} from './programs.js';
import {receipts} from './receipts.js';
import {isMe, maySee, who} from './roles.js';
import {sessions} from './sessions.js';
import {statement} from './statement.js';
import {stops} from './stops.js';
import {current, languages, preferred, speak, t, word} from './text.js';
import {user, users} from './users.js';

const VIEWS = {
  agreements, agreement, compare, programs, program, models, sessions, budgets, stops, receipts, statement, users, user,
  keys, health, account,
};
const MENU = [
  'agreements', 'programs', 'models', 'sessions', 'budgets', 'stops', 'receipts', 'statement', 'users', 'keys',
  'health',
];
const SHOWN_UNDER = {agreement: 'agreements', compare: 'agreements', program: 'programs', user: 'users'};
// Banks offer programs and have models; agencies decide about programs.
const ONLY_AT = {programs: node => node !== 'bank', models: node => node === 'bank'};

const page = document.getElementById('page');
let main = null;
let message = null;
// Counts the views that were asked for, so that a slow one never replaces a later one.
let turn = 0;
let left = [];

function leave() {
  left.forEach(act => act());
  left = [];
}

/** A bank has no data of its own that is asked for. */
function titleOf(view) {
  return view === 'agreements' && who().node === 'bank' ? t('view.agreements.bank') : t(`view.${view}`);
}

function isHere(view) {
  return maySee(view) && (ONLY_AT[view]?.(who().node) ?? true);
}

function place() {
  const [view, argument = ''] = location.hash.replace(/^#\//, '').split('/');
  return Object.hasOwn(VIEWS, view) && isHere(view)
    ? {view, argument}
    : {view: menu()[0], argument: ''};
}

function menu() {
  return MENU.filter(isHere);
}

function languageSwitch() {
  return el('div', {class: 'languages', role: 'group', 'aria-label': t('language')}, languages().map(each =>
    el('button', {
      type: 'button',
      lang: each === 'zh' ? 'zh-CN' : each,
      'aria-pressed': String(each === current()),
      'data-language': each,
      on: {click: async () => {
        await speak(each);
        draw();
        document.querySelector(`[data-language="${each}"]`)?.focus();
        say(t('language.chosen'));
      }},
    }, t(`language.${each}`))));
}

function banner(...more) {
  return el('header', {class: 'banner'},
      el('p', {class: 'brand'}, el('img', {src: '/console/icon.svg', alt: '', width: '24', height: '24'}), t('brand')),
      more, languageSwitch());
}

function navigation(chosen) {
  const opener = el('button', {
    type: 'button', class: 'opener', 'aria-expanded': 'false', 'aria-controls': 'views',
    on: {click: () => unfold(true)},
  }, t('menu'));
  return el('nav', {'aria-label': t('menu'), on: {keydown: event => {
    if (event.key === 'Escape' && unfold(false)) {
      opener.focus();
    }
  }}}, opener, el('ul', {id: 'views'}, menu().map(view =>
    el('li', {}, el('a', {
      href: `#/${view}`, 'aria-current': view === chosen ? 'page' : null, on: {click: () => unfold(false)},
    }, titleOf(view))))));
}

/** On a phone: shows the menu or folds it away; a second press folds it too. Whether it changed. */
function unfold(open) {
  const opener = document.querySelector('.opener');
  const before = opener?.getAttribute('aria-expanded') === 'true';
  const after = open && !before;
  opener?.setAttribute('aria-expanded', String(after));
  return before !== after;
}

async function logout() {
  try {
    await post('/v1/logout', undefined, {quiet: true});
  } finally {
    forget(t('login.out'));
  }
}

function forget(why) {
  isMe({name: '', roles: [], node: ''});
  message = why;
  draw();
}

function drawOutside() {
  main = el('main', {id: 'content', tabindex: '-1'},
      login(message, me => { isMe(me); message = null; draw(); say(t('login.in')); }));
  page.replaceChildren(banner(), main);
  document.title = `${t('login.title')} · ${t('brand')}`;
}

function drawFirstPassword() {
  main = el('main', {id: 'content', tabindex: '-1'}, el('div', {class: 'card narrow'},
      el('h1', {tabindex: '-1'}, t('password.title')), newPassword(t('password.first'), start)));
  page.replaceChildren(banner(), main);
  document.title = `${t('password.title')} · ${t('brand')}`;
}

function drawInside() {
  const {view} = place();
  main = el('main', {id: 'content', tabindex: '-1'});
  page.replaceChildren(
      el('a', {class: 'skip', href: '#content', on: {click: event => {
        event.preventDefault();
        main.focus();
      }}}, t('skip')),
      banner(
          el('p', {class: 'node'}, t('node.of', {node: word('party', who().node)})),
          el('a', {class: 'me', href: '#/account'}, who().name),
          button(t('logout'), logout)),
      el('div', {class: 'body'}, navigation(SHOWN_UNDER[view] ?? view), main),
      el('footer', {}, el('p', {}, t('times', {zone: timeZone()}))));
  show(false);
}

function draw() {
  leave();
  turn += 1;
  const me = who();
  if (me.name === '') {
    drawOutside();
  } else if (me.provisional) {
    drawFirstPassword();
  } else {
    drawInside();
  }
}

/** What a view may use: `again` shows it anew, `leaving` is run when it is left. */
function tools() {
  return {again: () => show(false), leaving: act => { left.push(act); }};
}

async function show(moved) {
  leave();
  turn += 1;
  const mine = turn;
  const {view, argument} = place();
  const under = SHOWN_UNDER[view] ?? view;
  document.querySelectorAll('nav a').forEach(link =>
    link.toggleAttribute('aria-current', false));
  document.querySelector(`nav a[href="#/${under}"]`)?.setAttribute('aria-current', 'page');
  document.title = `${titleOf(view)} · ${t('brand')}`;
  const title = el('h1', {tabindex: '-1'}, titleOf(view));
  main.setAttribute('aria-busy', 'true');
  let parts;
  try {
    parts = await VIEWS[view](argument, tools());
  } catch (why) {
    parts = problem(why);
  }
  if (mine !== turn) {
    return;
  }
  const inside = main.contains(document.activeElement);
  main.replaceChildren(title, ...[parts].flat(Infinity).filter(node => node));
  main.removeAttribute('aria-busy');
  if (moved) {
    title.focus();
    window.scrollTo(0, 0);
  } else if (inside) {
    // What had the focus is gone.
    title.focus({preventScroll: true});
  }
}

async function start() {
  try {
    isMe(await get('/v1/me', {quiet: true}));
  } catch {
    isMe({name: '', roles: [], node: ''});
  }
  draw();
}

window.addEventListener('hashchange', () => {
  if (who().name !== '' && !who().provisional) {
    show(true);
  }
});
// What is shown once goes with the page, whatever a browser keeps of pages.
window.addEventListener('pagehide', leave);
onLoggedOut(() => forget(t('login.over')));

await speak(preferred());
page.replaceChildren(note(t('loading')));
await start();
