'use strict';
{
  const data = pageData(), form = document.getElementById('pick'), place = document.getElementById('picked');
  const fill = (name, texts) => form.elements[name].replaceChildren(...texts.map((text, at) => build('option', { value: String(at) }, text)));
  const at = (name) => Number(form.elements[name].value);
  const SAME_SPEED = data.same_speed;
  // The same rule as `quantmark recommend`: unsurpassed in size, speed and divergence, within memory and loss.
  const choose = (candidates, memory, use) => {
    const whole = candidates.filter((one) => one.speed !== null);
    const surpasses = (a, b) => a.bytes <= b.bytes && a.speed >= b.speed && a.kld <= b.kld && (a.bytes !== b.bytes || a.speed !== b.speed || a.kld !== b.kld);
    const front = whole.filter((one) => !whole.some((other) => surpasses(other, one)));
    const fitting = front.filter((one) => one.bytes <= memory * use.memory).sort((a, b) => a.kld - b.kld);
    const within = fitting.filter((one) => one.loss <= use.most_loss);
    const fastest = Math.max(0, ...within.map((one) => one.speed));
    const pick = use.prefers === 'speed' && within.length ? within.find((one) => one.speed >= SAME_SPEED * fastest) : fitting[0];
    return { pick, front, fitting, within: within.includes(pick) };
  };
  const show = () => {
    const device = data.devices[at('device')], use = data.uses[at('use')], model = at('model');
    const memory = Number(form.elements.memory.value) * 1e9;
    const candidates = data.types.map((type, index) => ({ ...type, bytes: data.models[model].bytes[index], speed: device.speeds[model][index] }));
    if (!(memory > 0)) { place.replaceChildren(build('p', { class: 'error' }, 'Memory in GB is a number above zero.')); return; }
    const { pick, front, fitting, within } = choose(candidates, memory, use);
    const share = bytesOf(memory * use.memory) + ' (' + Math.round(use.memory * 100) + ' % of ' + bytesOf(memory) + ')';
    const answer = build('div', { class: 'answer', role: 'status' });
    if (!pick) {
      const least = candidates.filter((one) => one.speed !== null).reduce((a, b) => (b.bytes < a.bytes ? b : a));
      answer.append(build('h2', null, 'Nothing fits'), build('p', null, 'The weights may take ' + share + '; the smallest, ' + least.name + ', takes ' + bytesOf(least.bytes) + '.'));
    } else {
      const why = use.prefers === 'speed' && within ? 'the fastest within ' + Math.round(use.most_loss * 100) + ' % of the perplexity before quantizing' : 'the nearest to the model before quantizing';
      answer.append(build('h2', null, pick.name),
        build('p', null, 'Of the ' + fitting.length + ' file types that fit ' + share + ' and that no other surpasses, it is ' + why + '. It takes ' + bytesOf(pick.bytes) + ', generates about ' + prefixed(pick.speed) + ' tokens/s and costs ' + change(pick.loss + 1) + ' perplexity.'),
        within ? '' : build('p', null, 'Its loss is above the ' + Math.round(use.most_loss * 100) + ' % that this use puts up with: nothing better fits.'));
    }
    const kind = data.models[model].measured ? null : 'projected';
    const rows = candidates.map((one) => [
      [[build('code', null, one.name), one === pick ? ' ← pick' : ''], null], front.includes(one) ? 'yes' : '', [bytesOf(one.bytes), kind],
      one.speed === null ? ['not timed', 'missing'] : [prefixed(one.speed), kind], [change(one.loss + 1), kind], [digits(one.kld), kind], one.bytes <= memory * use.memory ? 'yes' : ['no', 'none']]);
    place.replaceChildren(answer, build('p', { class: 'key' }, device.check),
      buildTable(data.models[model].name + ' on ' + device.name + (kind ? ': size and speed are projected, quality is that measured of ' + data.quality : ', measured'), ['File type', 'Front', 'Size', 'tokens/s', 'Perplexity', 'KLD', 'Fits'], rows, (index) => (candidates[index] === pick ? 'pick' : null)));
  };
  fill('device', data.devices.map((device) => device.name));
  fill('model', data.models.map((model) => model.name));
  fill('use', data.uses.map((use) => use.name + ': ' + use.intent));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', show);
  form.hidden = false;
  show();
}
