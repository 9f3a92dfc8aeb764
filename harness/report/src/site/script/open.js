'use strict';
function showRecord(record, place) {
  const header = record.header, failed = record.failed();
  const ran = record.total - record.counts.unsupported - record.counts.skipped;
  const verdict = failed ? ['bad', '✗ ' + failed + ' of ' + ran + ' checks failed'] : !record.ended ? ['unsure', '! Cut short after ' + ran + ' checks'] : ['good', '✓ All ' + ran + ' checks held'];
  const facts = [['Run', header.run], ['Started', header.started], ['CPU', header.cpu], ['System', header.os], ['Compiler', header.compiler], ['Commit', header.commit], ['Command', header.command]];
  place.replaceChildren(
    build('h2', { id: 'opened-title', tabindex: '-1' }, record.device()),
    build('div', { class: 'verdict ' + verdict[0] }, build('p', { class: 'headline' }, verdict[1])),
    !record.ended ? build('p', { class: 'notice' }, 'The record has no footer: what is missing here was never run.') : '',
    header.emulated ? build('p', { class: 'notice' }, 'An emulator ran the program: its times are not shown.') : '',
    record.leftOut ? build('p', { class: 'notice' }, record.leftOut + ' lines are read and not shown: the record is too long.') : '',
    build('dl', { class: 'facts' }, facts.filter((fact) => fact[1]).flatMap(([name, value]) => [build('dt', null, name), build('dd', null, value)])),
    ...matrixOf(record), ...failuresOf(record), ...timingsOf(record), ...modelsOf(record));
  place.hidden = false;
  document.getElementById('opened-title').focus();
}
function matrixOf(record) {
  const cells = Array.from(record.cells.values());
  if (!cells.length) return [];
  const columns = Array.from(new Set(cells.map((cell) => JSON.stringify([cell.backend, cell.level])))).sort().map((key) => JSON.parse(key));
  const formats = Array.from(new Set(cells.map((cell) => cell.format)));
  const rows = formats.map((format) => [build('code', null, format), ...columns.map(([backend, level]) => {
    const cell = record.cells.get(JSON.stringify([format, backend, level]));
    if (!cell) return ['–', 'none'];
    if (cell.failed) return ['✗ ' + cell.failed + '/' + (cell.failed + cell.pass), 'bad'];
    return cell.pass ? ['✓ ' + cell.pass, 'good'] : ['not run', 'none'];
  })]);
  const heads = ['Format', ...columns.map(([backend, level]) => [level, small(backend)])];
  return [build('h3', null, 'Conformance'), buildTable('Checks by format, backend and level', heads, rows)];
}
function failuresOf(record) {
  if (!record.failures.length) return [];
  const details = record.failures.map((failure) => build('details', { class: 'failure' },
    build('summary', null, build('span', { class: 'state' }, failure.state.replace('_', ' ')), build('code', null, failure.id)),
    failure.reason ? build('p', null, failure.reason) : '',
    failure.facts ? build('dl', { class: 'facts' }, failure.facts.flatMap(([name, value]) => [build('dt', null, name), build('dd', null, build('code', null, value))])) : ''));
  return [build('h3', null, 'Failures'), ...details];
}
function timingsOf(record) {
  if (!record.timings.length) return [];
  const rows = record.timings.map((timing) => {
    const names = [build('code', null, timing.format), [timing.operation, null], [timing.backend, null], String(timing.threads), timing.shape.join(' × ')];
    const why = record.withheld(timing);
    if (why) return [...names, [why, 'missing'], '', '', ''];
    const ratio = timing.ratio;
    return [...names, [[prefixed(timing.median), small(prefixed(timing.low) + ' – ' + prefixed(timing.high))], null], timing.unit,
      ratio ? [[digits(ratio[0]) + '×', small(ratio[3] + ' ' + ratio[4])], ratio[1] > 1 ? 'faster' : ratio[2] < 1 ? 'slower' : null] : '',
      timing.roof ? digits(timing.roof * 100) + ' %' : ''];
  });
  const heads = ['Format', 'Operation', 'Backend', 'Threads', 'Shape', 'Median', 'Unit', 'Ratio', 'Roof'];
  return [build('h3', null, 'Timings'), buildTable('Medians with 95 % intervals; a ratio above 1: ours is faster', heads, rows)];
}
function modelsOf(record) {
  if (!record.models.length) return [];
  const speed = (rate) => (rate && !record.header.emulated ? prefixed(rate) : '–');
  const rows = record.models.map((row) => [build('code', null, row.type), row.model, digits(row.bits), bytesOf(row.bytes), row.perplexity < 1e6 ? row.perplexity.toFixed(3) : digits(row.perplexity),
    change(row.perplexity / row.base), digits(row.kld), digits(row.same * 100) + ' %', speed(row.pp512), speed(row.tg128)]);
  const heads = ['File type', 'Model', 'Bits', 'Size', 'Perplexity', 'Change', 'KLD', 'Same token', 'pp512', 'tg128'];
  return [build('h3', null, 'Models'), buildTable('Quality and speed of models', heads, rows)];
}
{
  const place = document.getElementById('opened'), error = document.getElementById('refused'), area = document.getElementById('drop');
  const refuse = (message) => { place.hidden = true; error.textContent = message; error.hidden = false; };
  onRecord(document.getElementById('file'), area, (record) => { error.hidden = true; showRecord(record, place); }, refuse);
}
