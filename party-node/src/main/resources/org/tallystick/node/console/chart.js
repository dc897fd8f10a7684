// Charts as drawings of our own, each with a table that says the same.

import {el, svg, unique} from './dom.js';
import {t} from './text.js';

const ROW = 46;
const BAR = 18;
const TOP = 4;

function width() {
  return Math.max(240, Math.min(640, window.innerWidth - 72));
}

// Chinese characters are as wide as high, others about half of that.
function widthOf(text) {
  return [...text].reduce((sum, each) => sum + (each.codePointAt(0) > 0x2e80 ? 15 : 8), 0);
}

/** As much of a name as stands beside its number; all of it is in the table. */
function fitted(name, room) {
  let text = name;
  while (text.length > 1 && widthOf(text) > room) {
    text = text.slice(0, -1);
  }
  return text === name ? name : `${text.trimEnd()}…`;
}

function bar(row, at, scale, wide, reference) {
  const y = TOP + at * ROW;
  const mark = Math.max(1, reference * scale);
  const length = Math.max(2, Number(row.value) * scale);
  return svg('g', {},
      svg('text', {class: 'label', x: 0, y: y + 13}, fitted(row.name, wide - widthOf(row.shown) - 16)),
      svg('text', {class: 'value', x: wide, y: y + 13, 'text-anchor': 'end'}, row.shown),
      svg('rect', {class: 'track', x: 0, y: y + 19, width: wide, height: BAR, rx: 3}),
      svg('rect', {class: row.strong ? 'bar strong' : 'bar', x: 0, y: y + 19, width: length, height: BAR, rx: 3}),
      // Over the bar and not over the words between bars.
      reference > 0 && svg('line', {class: 'mark', x1: mark, x2: mark, y1: y + 16, y2: y + 22 + BAR}));
}

/**
 * Bars, one a row.
 *
 * @param title what they show
 * @param heads of the table: what a row is, what its number is
 * @param rows {name, value, shown, strong}: `shown` is the number in words
 * @param reference {value}: a line through all bars unless it is 0; what it stands for is in a row of its own
 */
export function bars(title, heads, rows, reference) {
  const name = unique('chart');
  const wide = width();
  const most = Math.max(...rows.map(row => Number(row.value)), reference?.value ?? 0);
  const scale = most > 0 ? wide / most : 0;
  const high = TOP + rows.length * ROW;
  return el('figure', {class: 'chart'},
      el('figcaption', {id: name}, title),
      svg('svg', {role: 'img', 'aria-labelledby': name, viewBox: `0 0 ${wide} ${high}`, width: wide, height: high},
          rows.map((row, at) => bar(row, at, scale, wide, reference?.value ?? 0))),
      el('details', {},
          el('summary', {}, t('chart.table')),
          el('table', {},
              el('caption', {}, title),
              el('thead', {}, el('tr', {},
                  el('th', {scope: 'col'}, heads[0]), el('th', {scope: 'col', class: 'number'}, heads[1]))),
              el('tbody', {}, rows.map(row =>
                  el('tr', {}, el('th', {scope: 'row'}, row.name), el('td', {class: 'number'}, row.shown)))))));
}
