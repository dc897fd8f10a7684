// What stands in the way of somebody who uses the console by keyboard, by ear, enlarged, or with weak sight. Comes to a
// list of findings. The rules are those of WCAG 2.2 named beside them, as far as a program can tell.
(() => {
  const findings = [];
  const all = selector => [...document.querySelectorAll(selector)];
  const shown = node => node.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const of = node => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ''}.${node.getAttribute('class') ?? ''}`
    + ` "${(node.textContent ?? '').trim().slice(0, 40)}"`;
  const finding = (rule, node) => findings.push(`${rule}: ${of(node)}`);

  // 3.1.1, 2.4.2
  if (!/^(en|zh-CN)$/.test(document.documentElement.lang)) findings.push('no language');
  if (document.title.trim() === '') findings.push('no title');

  // 1.3.1: landmarks and headings
  if (all('main').length !== 1) findings.push('not one main');
  if (all('h1').filter(shown).length !== 1) findings.push('not one h1');
  let before = 0;
  all('h1, h2, h3, h4, h5, h6').filter(shown).forEach(heading => {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) finding('a level of headings is left out', heading);
    before = level;
  });
  all('nav, section, form, [role=region], dialog').filter(node =>
    !node.getAttribute('aria-label') && !node.getAttribute('aria-labelledby')).forEach(node => finding('no name', node));

  // 4.1.2: names, references
  const ids = all('[id]').map(node => node.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => findings.push(`twice: #${id}`));
  all('[aria-labelledby], [aria-describedby], label[for]').forEach(node =>
    ['aria-labelledby', 'aria-describedby', 'for'].flatMap(name => (node.getAttribute(name) ?? '').split(' '))
      .filter(id => id && !document.getElementById(id)).forEach(() => finding('refers to nothing', node)));
  all('input, select, textarea').filter(node => shown(node) && node.labels.length === 0)
    .forEach(node => finding('no label', node));
  all('button, a[href], summary').filter(node => shown(node) && node.innerText.trim() === '')
    .forEach(node => finding('no words', node));
  all('img:not([alt]), svg:not([aria-labelledby])').forEach(node => finding('no alternative', node));

  // 1.3.1: tables
  all('table').forEach(node => {
    if (!node.caption || node.caption.textContent.trim() === '') finding('no caption', node);
    if (node.querySelector('th:not([scope])')) finding('a head without scope', node);
  });

  // 2.1.1: what scrolls can be reached by keyboard
  all('*').filter(node => shown(node) && /(auto|scroll)/.test(getComputedStyle(node).overflowX)
      && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1))
    .filter(node => node.tabIndex < 0 && !/^(HTML|BODY|TEXTAREA|INPUT|SELECT)$/.test(node.tagName))
    .forEach(node => finding('scrolls and has no focus', node));

  // 2.5.8: large enough to hit, but for links within text
  all('button, select, nav a, input:not([type=checkbox]), textarea').filter(shown).forEach(node => {
    const box = node.getBoundingClientRect();
    if (box.width < 24 || box.height < 24) finding('smaller than 24', node);
  });

  // 1.4.10: nothing is wider than the page
  if (document.documentElement.scrollWidth > window.innerWidth) {
    findings.push(`wider than the page: ${document.documentElement.scrollWidth} of ${window.innerWidth}`);
    all('main *').filter(node => node.getBoundingClientRect().right > window.innerWidth + 1
      && !node.closest('.scroll')).slice(0, 3).forEach(node => finding('too wide', node));
  }

  // 1.4.3, 1.4.11: contrast
  const colour = text => {
    const parts = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return {r: parts[0], g: parts[1], b: parts[2], a: parts[3] ?? 1};
  };
  const over = (top, ground) => ({
    r: top.r * top.a + ground.r * (1 - top.a), g: top.g * top.a + ground.g * (1 - top.a),
    b: top.b * top.a + ground.b * (1 - top.a), a: 1,
  });
  const ground = node => {
    if (!node) return {r: 255, g: 255, b: 255, a: 1};
    const own = colour(getComputedStyle(node).backgroundColor);
    return own.a === 1 ? own : over(own, ground(node.parentElement));
  };
  const light = ({r, g, b}) => [r, g, b].map(each => each / 255)
    .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (words.nextNode()) {
    const node = words.currentNode.parentElement;
    if (words.currentNode.textContent.trim() === '' || !shown(node) || node.closest('.unseen, caption, noscript')) continue;
    texts += 1;
    const style = getComputedStyle(node);
    const ink = colour(node instanceof SVGElement ? style.fill : style.color);
    const found = contrast(over(ink, ground(node)), ground(node));
    if (found < 4.5) finding(`contrast ${found.toFixed(2)}`, node);
  }
  if (texts < 5) findings.push(`only ${texts} texts`);
  all('input, select, textarea, button').filter(shown).forEach(node => {
    const found = contrast(colour(getComputedStyle(node).borderTopColor), ground(node.parentElement));
    const filled = contrast(ground(node), ground(node.parentElement));
    if (Math.max(found, filled) < 3) finding(`edge ${found.toFixed(2)}`, node);
  });
  return [...new Set(findings)];
})()
