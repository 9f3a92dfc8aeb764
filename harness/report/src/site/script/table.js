'use strict';
// The number that a cell begins with, prefixes and signs included; texts without one sort by themselves.
function sortKey(cell) {
  const text = (cell.firstChild && cell.firstChild.nodeType === 3 ? cell.firstChild.data : cell.textContent).trim();
  const plain = text.replace(/[\u202f\u00a0]/g, '').replace(/^[✓✗!×\s]+/, '');
  const found = /^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(T|G|M|k|TiB|GiB|MiB|KiB)?(?![A-Za-z])/.exec(plain);
  if (!found) return { number: NaN, text };
  const scale = { T: 1e12, G: 1e9, M: 1e6, k: 1e3, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }[found[2]] || 1;
  // A factor of perplexity is that many hundred percent.
  return { number: Number(found[1]) * scale * (text.startsWith('×') ? 100 : 1), text };
}
function sortRows(table, column, descending) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => ({ row, key: sortKey(row.cells[column] || row) }));
  const sign = descending ? -1 : 1;
  rows.sort((a, b) => {
    const none = Number.isNaN(a.key.number) - Number.isNaN(b.key.number);
    if (none) return none;
    if (Number.isNaN(a.key.number)) return sign * a.key.text.localeCompare(b.key.text);
    return sign * (a.key.number - b.key.number);
  });
  body.append(...rows.map((entry) => entry.row));
}
function sortable(table) {
  const heads = Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells);
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    const arrow = document.createElement('span');
    arrow.className = 'arrow';
    button.insertBefore(arrow, button.querySelector('small'));
    head.append(button);
    head.setAttribute('aria-sort', 'none');
    button.addEventListener('click', () => {
      const descending = head.getAttribute('aria-sort') === 'ascending';
      heads.forEach((other) => other.setAttribute('aria-sort', 'none'));
      head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      sortRows(table, column, descending);
    });
  });
}
function filterable(form) {
  const table = document.getElementById(form.dataset.for);
  const rows = Array.from(table.tBodies[0].rows);
  const apply = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    const kind = form.elements.class.value;
    let shown = 0;
    for (const row of rows) {
      const keep = row.cells[0].textContent.toLowerCase().includes(text)
        && (!kind || row.querySelector('.m-' + kind))
        && (!form.elements.right.checked || !row.querySelector('.bad'));
      row.hidden = !keep;
      shown += keep;
    }
    form.querySelector('output').textContent = shown + ' of ' + rows.length + ' formats';
  };
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', apply);
  form.hidden = false;
  apply();
}
document.querySelectorAll('table.sortable').forEach(sortable);
document.querySelectorAll('form.filter').forEach(filterable);
