// Details of the chosen event beside the lanes, and its neighbours as a table.

function newDetails(v) {
  const panel = v.section.querySelector('.details');
  const body = v.section.querySelector('.around tbody');
  const update = () => {
    panel.replaceChildren(...(v.chosen ? describe(v, v.chosen) : [element('p', 'none', 'Choose an event or a call: click it, or press an arrow key.')]));
    if (body.closest('details').open) fillAround(v, body);
  };
  v.onChoose.push(update);
  body.closest('details').addEventListener('toggle', () => fillAround(v, body));
  update();
}

function describe(v, chosen) {
  const life = v.life, i = chosen.event, out = [], list = element('dl', '');
  const culprit = life.culprits.find((c) => c.event === i);
  out.push(element('h4', '', `Event ${i} of ${life.size}`), element('p', 'what', eventText(life, i)));
  if (culprit) out.push(element('p', 'culprit', element('span', 'letter', culprit.letter),
    ` ${culprit.said}`));
  if (life.faults.has(i)) out.push(element('p', 'faulted', element('span', 'letter', '!'), ` a fault: ${life.faults.get(i).failed} said ${life.faults.get(i).error}.`));
  const item = (name, text) => { if (text) list.append(element('dt', '', name), element('dd', '', text)); };
  item('At the crash', remark(life, i));
  const call = life.byCall.get(chosen.call);
  if (call) {
    item('Call', `${call.id} ${call.op}`);
    item('Result', call.result);
    item('Fault', call.faulted ? 'one fired in this call' : '');
    item('From, to', `event ${call.invoked} to ${call.returned || 'never'}${v.lanes.filter((l) => l.client >= 0).length > 1 ? `, client ${call.client}` : ''}`);
  } else {
    item('Call', callText(life, chosen.call));
  }
  const effects = effectsOf(v, i);
  if (effects) list.append(element('dt', '', 'Effects'), effects);
  out.push(list);
  const stack = life.stacks[life.at[i]];
  if (stack && stack.length) out.push(element('h4', '', 'Stack'), element('ol', 'frames', ...stack.map((f) => element('li', '', f))));
  return out;
}

// effectsOf lists the event's pending effects with their fates.
function effectsOf(v, event) {
  const f = v.finding.fates, shown = 8;
  if (v.life !== v.finding.lives[v.finding.lives.length - 1]) return null;
  const out = element('dd', '');
  let n = 0;
  for (let i = f.event.indexOf(event); i >= 0 && i < f.event.length && f.event[i] === event; i++) {
    if (n++ < shown) out.append(element('div', '', fateSign(f.fate[i]), ` ${effectText(v, i)}: ${fateText(f, i)}`));
  }
  if (n > shown) out.append(`and ${n - shown} more`);
  return n ? out : null;
}

// fillAround shows the events next to the chosen one as rows.
function fillAround(v, body) {
  const rows = 25, life = v.life;
  const middle = v.chosen ? v.chosen.event : Math.max(0, life.crash);
  const from = Math.max(0, Math.min(middle - 12, life.size - rows));
  body.replaceChildren();
  for (let i = from; i < Math.min(life.size, from + rows); i++) {
    const tr = element('tr', v.chosen && v.chosen.event === i ? 'chosen' : '');
    const number = element('button', 'go', String(i));
    number.type = 'button';
    number.addEventListener('click', () => v.choose(i));
    const first = element('td', 'n', number);
    if (tr.className) tr.setAttribute('aria-current', 'true');
    tr.append(first, ...[eventText(life, i), callText(life, life.call[i]), caller(life, i), remark(life, i)].map((t) => element('td', '', t)));
    if (life.faults.has(i)) tr.lastChild.className = 'faulted';
    body.append(tr);
  }
}
