'use strict';
{
  const data = pageData(), form = document.getElementById('compare'), place = document.getElementById('compared'), refused = document.getElementById('refused');
  const option = (text, value) => build('option', { value }, text);
  // The same shape as the page's own runs, out of an opened record.
  const brief = (record) => {
    const run = { name: record.device() + ' · ' + record.header.started, speeds: Object.create(null), checks: Object.create(null), models: Object.create(null) };
    const largest = Object.create(null);
    for (const timing of record.timings) {
      if (record.withheld(timing)) continue;
      const group = timing.operation + ', ' + timing.threads + (timing.threads === 1 ? ' thread, ' : ' threads, ') + timing.unit;
      const weights = timing.shape.reduce((product, side) => product * side, 1);
      if (weights < (largest[group] || 0)) continue;
      if (weights > (largest[group] || 0)) run.speeds[group] = Object.create(null);
      largest[group] = weights;
      (run.speeds[group][timing.backend] = run.speeds[group][timing.backend] || Object.create(null))[timing.format] = timing.median;
    }
    for (const cell of record.cells.values()) {
      const sum = run.checks[cell.format] = run.checks[cell.format] || [0, 0];
      sum[0] += cell.pass;
      sum[1] += cell.failed;
    }
    for (const row of record.models) run.models[row.type] = [row.bits, row.perplexity / row.base, row.kld];
    return run;
  };
  const names = (...objects) => Array.from(new Set(objects.flatMap((object) => Object.keys(object || {}))));
  const best = (group, backend, less) => {
    const found = Object.create(null);
    for (const [name, rates] of Object.entries(group || {})) {
      if (backend && name !== backend) continue;
      for (const [format, rate] of Object.entries(rates)) {
        if (rate !== null && (!(format in found) || (less ? rate < found[format] : rate > found[format]))) found[format] = rate;
      }
    }
    return found;
  };
  const fillRuns = () => ['a', 'b'].forEach((side, index) => {
    const select = form.elements[side], before = select.value;
    select.replaceChildren(...data.runs.map((run, at) => option(run.name, String(at))));
    select.value = before !== '' ? before : String(Math.min(index, data.runs.length - 1));
  });
  const runs = () => ['a', 'b'].map((side) => data.runs[Number(form.elements[side].value)]);
  // What two runs do not share is not shown of others for that reason: only a choice stays.
  let chosen = null;
  const fillGroups = () => {
    const [a, b] = runs(), group = form.elements.group;
    const shared = names(a.speeds, b.speeds).filter((name) => name in a.speeds && name in b.speeds);
    const offered = [...shared, 'checks', ...(names(a.models, b.models).length ? ['quality'] : [])];
    group.replaceChildren(...offered.map((name) => option(name, name)));
    if (offered.includes(chosen)) group.value = chosen;
    const backend = form.elements.backend, kept = backend.value;
    const backends = names(a.speeds[group.value], b.speeds[group.value]);
    backend.replaceChildren(option('best', ''), ...backends.map((name) => option(name, name)));
    if (backends.includes(kept)) backend.value = kept;
    backend.disabled = backends.length === 0;
  };
  const show = () => {
    fillGroups();
    const [a, b] = runs(), what = form.elements.group.value;
    if (what === 'checks') {
      const checks = (run, format) => { const sum = run.checks[format]; return !sum ? ['–', 'none'] : sum[1] ? ['✗ ' + sum[1] + ' failed', 'bad'] : ['✓ ' + sum[0], 'good']; };
      const rows = names(a.checks, b.checks).map((format) => [build('code', null, format), checks(a, format), checks(b, format)]);
      place.replaceChildren(buildTable('Checks', ['Format', ['A', small(a.name)], ['B', small(b.name)]], rows));
      return;
    }
    if (what === 'quality') {
      const rows = names(a.models, b.models).map((type) => [build('code', null, type), ...[a, b].flatMap((run) => { const row = run.models[type]; return row ? [digits(row[0]), change(row[1]), digits(row[2])] : ['–', '–', '–']; })]);
      const heads = ['A', 'B'].flatMap((side) => ['Bits', 'Perplexity', 'KLD'].map((title) => [title + ' ' + side]));
      place.replaceChildren(buildTable('Quality of file types; A: ' + a.name + ', B: ' + b.name, ['File type', ...heads], rows));
      return;
    }
    const less = !what.endsWith('/s'), backend = form.elements.backend.value;
    const [one, other] = [a, b].map((run) => best(run.speeds[what], backend, less));
    const rows = names(one, other).map((format) => {
      const [x, y] = [one[format], other[format]], ratio = less ? x / y : y / x;
      return [build('code', null, format), x ? prefixed(x) : '–', y ? prefixed(y) : '–', x && y ? [digits(ratio) + '×', ratio > 1.05 ? 'faster' : ratio < 0.95 ? 'slower' : null] : '–'];
    });
    place.replaceChildren(buildTable(what + (backend ? ', ' + backend : ', best backend') + '; above 1 B is better. One median against another: differences of a few percent are noise.', ['Format', ['A', small(a.name)], ['B', small(b.name)], 'B over A'], rows));
  };
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', (event) => {
    if (event.target.type === 'file') return;
    if (event.target === form.elements.group) chosen = event.target.value;
    show();
  });
  onRecord(document.getElementById('file'), document.getElementById('drop'), (record) => {
    refused.hidden = true;
    data.runs.push(brief(record));
    fillRuns();
    form.elements.b.value = String(data.runs.length - 1);
    show();
  }, (message) => { refused.textContent = message; refused.hidden = false; });
  fillRuns();
  form.hidden = false;
  show();
}
