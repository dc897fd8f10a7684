// The words of the console: two dictionaries with the same keys, and no text anywhere else.

const LANGUAGES = {en: 'en', zh: 'zh-CN'};
const KEPT = 'tallystick.language';

let words = {};
let language = 'en';

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}

/** The languages there are. */
export function languages() {
  return Object.keys(LANGUAGES);
}

/** The one chosen before, or what the browser prefers. */
export function preferred() {
  const before = kept();
  if (before in LANGUAGES) {
    return before;
  }
  return (navigator.language || '').toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Loads a dictionary and speaks its language from then on. */
export async function speak(wanted) {
  const answer = await fetch(`/console/${wanted}.json`, {credentials: 'same-origin'});
  words = await answer.json();
  language = wanted;
  keep(wanted);
  document.documentElement.lang = LANGUAGES[wanted];
}

export function current() {
  return language;
}

/** For dates and numbers: days before months, in words, where figures alone could be read either way. */
export function locale() {
  return language === 'en' ? 'en-GB' : LANGUAGES[language];
}

/** A text by its key, with values in the places of {names}. */
export function t(key, values = {}) {
  const text = words[key];
  if (text === undefined) {
    throw new Error(`no text ${key}`);
  }
  return text.replace(/\{([a-z]+)}/g, (whole, name) => name in values ? String(values[name]) : whole);
}

/** The text for a value out of a known list; a value that is not on it as it is. */
export function word(list, value) {
  return words[`${list}.${value}`] ?? String(value);
}
