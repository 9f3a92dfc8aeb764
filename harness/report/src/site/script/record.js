'use strict';
// Reads a run record line by line. A line that is not what a record holds there is refused, with its number.
const SCHEMA = 1, LONGEST_LINE = 4 << 20, MOST_IDS = 1 << 20, MOST_ROWS = 4000, MOST_FAILURES = 300;
const STATES = ['pass', 'fail', 'error', 'timeout', 'unsupported', 'skipped', 'expected_fail', 'unexpected_pass'];
const LEVELS = ['L0', 'L1', 'L2', 'L3', 'L4', 'L5'];
function need(holds, problem) { if (!holds) throw new Error(problem); }
function isObject(value) { return typeof value === 'object' && value !== null && !Array.isArray(value); }
function textIn(object, name) { need(typeof object[name] === 'string', name + ' is no text'); return plain(object[name]); }
function countIn(object, name) { need(Number.isInteger(object[name]) && object[name] >= 0, name + ' is no whole number'); return object[name]; }
function numberIn(object, name, above) {
  const value = object[name];
  need(typeof value === 'number' && Number.isFinite(value), name + ' is ' + plain(JSON.stringify(value), 40) + ', no number');
  need(above ? value > 0 : value >= 0, name + ' is ' + value + (above ? ', not above zero' : ', not zero or above'));
  return value;
}
function optionalNumber(object, name) { return object[name] === null || object[name] === undefined ? null : numberIn(object, name, true); }
function listIn(object, name) { need(Array.isArray(object[name]), name + ' is no list'); return object[name]; }
function samplesIn(object, name) {
  const samples = listIn(object, name);
  need(samples.length > 0, name + ' is empty');
  samples.forEach((sample) => need(typeof sample === 'number' && sample > 0 && Number.isFinite(sample), name + ' holds what is not above zero'));
  return samples.length;
}
function intervalIn(object, name) {
  const low = object.low, high = object.high;
  need(Number.isFinite(low) && Number.isFinite(high) && low <= high, name + ' is no interval');
}
function headerOf(line) {
  need(line.schema === SCHEMA, 'the record has schema ' + plain(JSON.stringify(line.schema), 20) + ', this page reads schema ' + SCHEMA);
  need(isObject(line.environment), 'environment is no object');
  const of = line.environment, text = (name) => (of[name] === undefined || of[name] === null ? '' : textIn(of, name));
  need(of.emulated === undefined || typeof of.emulated === 'boolean', 'emulated is neither true nor false');
  return {
    run: textIn(line, 'run'), started: textIn(line, 'started'), device: text('device') || 'unnamed device', cpu: text('cpu'), os: text('os'),
    compiler: text('compiler'), commit: text('commit'), emulated: of.emulated === true,
    command: listIn(line, 'command').slice(0, 64).map((word) => plain(word)).join(' '),
  };
}
function caseOf(line) {
  const state = textIn(line, 'state'), level = textIn(line, 'level');
  need(STATES.includes(state), 'state is ' + state);
  need(LEVELS.includes(level), 'level is ' + level);
  numberIn(line, 'seconds', false);
  const found = { id: textIn(line, 'id'), state, level, format: textIn(line, 'format'), backend: textIn(line, 'backend') };
  found.reason = line.reason === null || line.reason === undefined ? '' : textIn(line, 'reason');
  if (isObject(line.diagnosis)) {
    const of = line.diagnosis;
    found.facts = [['Expected', textIn(of, 'expected')], ['Got', textIn(of, 'got')], ['Block', plain(of.block_hex, 1200)],
      ['Decoded', plain(of.block_decoded, 1200)], ['Reproduce', textIn(of, 'reproduce')]];
  }
  return found;
}
function timingOf(line) {
  const shape = line.shape;
  need(isObject(shape), 'shape is no object');
  intervalIn(line, 'low and high');
  const timing = {
    id: textIn(line, 'id'), operation: textIn(line, 'operation'), format: textIn(line, 'format'), backend: textIn(line, 'backend'),
    threads: countIn(line, 'threads'), unit: textIn(line, 'unit'), median: numberIn(line, 'median', true), low: line.low, high: line.high,
    mad: numberIn(line, 'mad', false), shape: ['rows', 'cols', 'batch'].map((name) => countIn(shape, name)),
    samples: samplesIn(line, 'samples'), roof: optionalNumber(line, 'share_of_roof'), ratio: null,
  };
  optionalNumber(line, 'quantized_bytes_per_second');
  if (line.against !== null && line.against !== undefined) {
    const of = line.against;
    need(isObject(of) && isObject(of.ratio), 'against is no comparison');
    numberIn(of, 'median', true);
    samplesIn(of, 'samples');
    intervalIn(of.ratio, 'against.ratio');
    timing.ratio = [numberIn(of.ratio, 'median', true), of.ratio.low, of.ratio.high, textIn(of, 'implementation'), textIn(of, 'variant')];
  }
  return timing;
}
function modelOf(line) {
  ['perplexity_error', 'kld_error', 'kld_99'].forEach((name) => numberIn(line, name, false));
  return {
    id: textIn(line, 'id'), model: textIn(line, 'model'), type: textIn(line, 'file_type'), format: textIn(line, 'format'),
    bytes: countIn(line, 'bytes'), bits: numberIn(line, 'bits_per_weight', true), perplexity: numberIn(line, 'perplexity', true),
    base: numberIn(line, 'base_perplexity', true), kld: numberIn(line, 'kld_mean', false), same: numberIn(line, 'same_top', false),
    pp512: optionalNumber(line, 'pp512'), tg128: optionalNumber(line, 'tg128'),
  };
}
class RecordInBrief {
  constructor() {
    Object.assign(this, { header: null, ended: false, counts: {}, total: 0, cells: new Map(), failures: [], timings: [], models: [], timed: 0, modelled: 0, ids: new Set(), leftOut: 0 });
    STATES.forEach((state) => { this.counts[state] = 0; });
  }
  add(text) {
    let line;
    try { line = JSON.parse(text); } catch (error) { throw new Error('no JSON'); }
    need(isObject(line), 'no object');
    need(!this.ended, 'the footer must be the last line');
    need(line.line === 'header' ? !this.header : this.header, this.header ? 'a second header' : 'the header must be the first line');
    switch (line.line) {
      case 'header': this.header = headerOf(line); return;
      case 'case': this.addCase(caseOf(line)); return;
      case 'size': need(typeof line.format === 'string', 'format is no text'); this.once('size/' + plain(line.format)); numberIn(line, 'bits_per_weight', true); return;
      case 'measurement': this.addTo('timings', timingOf(line)); this.timed += 1; return;
      case 'model': this.addTo('models', modelOf(line)); this.modelled += 1; return;
      case 'resumed': numberIn(line, 'seconds', false); return;
      case 'footer': this.end(line); return;
      default: throw new Error('a line of an unknown kind');
    }
  }
  once(id) {
    need(id !== '', 'an empty id');
    need(!this.ids.has(id), 'the id ' + id + ' is in the record already');
    if (this.ids.size < MOST_IDS) this.ids.add(id);
  }
  addCase(found) {
    this.once(found.id);
    this.total += 1;
    this.counts[found.state] += 1;
    const key = JSON.stringify([found.format, found.backend, found.level]);
    let cell = this.cells.get(key);
    if (!cell) {
      if (this.cells.size >= MOST_ROWS) { this.leftOut += 1; return; }
      this.cells.set(key, cell = { format: found.format, backend: found.backend, level: found.level, pass: 0, failed: 0, aside: 0 });
    }
    const failed = ['fail', 'error', 'timeout', 'unexpected_pass'].includes(found.state);
    if (failed) cell.failed += 1; else if (found.state === 'pass') cell.pass += 1; else cell.aside += 1;
    if (failed && this.failures.length < MOST_FAILURES) this.failures.push(found);
  }
  addTo(list, row) {
    this.once(row.id);
    if (this[list].length < MOST_ROWS) this[list].push(row); else this.leftOut += 1;
  }
  end(line) {
    need(isObject(line.summary), 'summary is no object');
    need(line.summary.total === this.total && line.measurements === this.timed && (line.models || 0) === this.modelled, 'the footer counts other lines than there are');
    this.ended = true;
  }
  failed() { return this.counts.fail + this.counts.error + this.counts.timeout + this.counts.unexpected_pass; }
  device() { return this.header.device + (this.header.emulated ? ' (emulated)' : ''); }
  // Why a timing is no speed, or nothing.
  withheld(timing) {
    if ((this.header.emulated || /emulated\)?$/.test(timing.backend)) && timing.unit.endsWith('/s')) return 'emulated';
    for (const cell of this.cells.values()) {
      if (cell.failed && cell.format === timing.format && cell.backend === timing.backend && cell.level <= 'L3') return 'withheld: checks failed';
    }
    return '';
  }
}
async function readRecord(file) {
  const record = new RecordInBrief();
  const reader = file.stream().getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '', number = 0, kept = null;
  const failed = (problem) => new Error(plain(file.name, 80) + ': line ' + (number + 1) + ': ' + problem);
  for (;;) {
    const { done, value } = await reader.read();
    try { rest += done ? decoder.decode() : decoder.decode(value, { stream: true }); } catch (error) { throw failed('no UTF-8'); }
    let from = 0, end;
    while ((end = rest.indexOf('\n', from)) >= 0) {
      try { record.add(rest.slice(from, end)); } catch (error) { throw failed(error.message); }
      number += 1;
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > LONGEST_LINE) throw failed('longer than ' + LONGEST_LINE + ' characters');
    if (done) break;
  }
  if (!record.header) throw failed('no header: the file is empty or cut in its first line');
  record.torn = rest.length > 0;
  return record;
}
// A file that is dropped anywhere on the page or chosen by the input.
function onRecord(input, area, take, refuse) {
  const open = (file) => { if (file) readRecord(file).then(take, (error) => refuse(error.message)); };
  input.addEventListener('change', () => open(input.files[0]));
  document.addEventListener('dragover', (event) => { event.preventDefault(); area.classList.add('over'); });
  document.addEventListener('dragleave', () => area.classList.remove('over'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    area.classList.remove('over');
    open(event.dataTransfer.files[0]);
  });
}
