'use strict';
// Builds an element; children are elements or texts, and a text is never read as markup.
function build(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}
// Control characters, marks of direction and invisible characters are written out, as the pages made beforehand do.
const HIDES = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\ufeff\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
function plain(text, most) {
  const characters = Array.from(String(text).slice(0, 8000));
  const kept = characters.length > (most || 400) ? characters.slice(0, most || 400).join('') + '…' : characters.join('');
  return kept.replace(HIDES, (c) => '\\u{' + c.codePointAt(0).toString(16) + '}');
}
function digits(value) {
  const size = Math.abs(value);
  if (!(size < 1e16)) return value.toExponential(2).replace('e+', 'e');
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.0995 || size === 0) return value.toFixed(2);
  return value.toExponential(2);
}
function prefixed(value) {
  const size = Math.abs(value);
  if (!(size < 1e16)) return value.toExponential(2).replace('e+', 'e');
  for (const [factor, prefix] of [[1e12, ' T'], [1e9, ' G'], [1e6, ' M'], [1e3, ' k']]) {
    if (size >= factor * 0.9995) return digits(value / factor) + prefix;
  }
  return digits(value);
}
function change(factor) {
  return factor < 10 ? (factor < 1 ? '' : '+') + ((factor - 1) * 100).toFixed(2) + ' %' : '×' + digits(factor);
}
function bytesOf(value) {
  for (const [factor, prefix] of [[1e12, ' TB'], [1e9, ' GB'], [1e6, ' MB'], [1e3, ' kB']]) {
    if (value >= factor) return digits(value / factor) + prefix;
  }
  return value + ' B';
}
// A table that scrolls by itself; `rows` are arrays of cells, a cell is a text, an element, or [content, class].
function buildTable(label, heads, rows, rowClass) {
  const cell = (content, index) => {
    const [inside, kind] = Array.isArray(content) ? content : [content, null];
    return build(index ? 'td' : 'th', { class: kind, scope: index ? null : 'row' }, inside);
  };
  const head = build('thead', null, build('tr', null, heads.map((title) => build('th', { scope: 'col' }, ...[].concat(title)))));
  const body = build('tbody', null, rows.map((row, at) => build('tr', { class: rowClass ? rowClass(at) : null }, row.map(cell))));
  const table = build('table', { class: 'sortable' }, build('caption', null, label), head, body);
  if (typeof sortable === 'function') sortable(table);
  return build('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, table);
}
function small(text) { return build('small', null, text); }
// What the page carries for its scripts.
function pageData() {
  const element = document.getElementById('data');
  return element ? JSON.parse(element.textContent) : null;
}
