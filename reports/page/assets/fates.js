// The fate table: filtered over all pending effects, one page of rows in the page.

const fateNames = ['kept', 'dropped', 'torn'], fateSigns = ['●', '○', '◐'];

function fateSign(fate) {
  const sign = element('span', '', fateSigns[fate]);
  sign.setAttribute('aria-hidden', 'true');
  return sign;
}

function fateText(f, i) {
  return f.fate[i] === 2 ? `torn, ${f.torn[i]}` : fateNames[f.fate[i]];
}

function effectText(v, i) {
  const f = v.finding.fates, life = v.finding.lives[v.finding.lives.length - 1];
  return `${life.paths[life.path[f.event[i]]]} ${f.what[i]}`;
}

function newFates(v) {
  const box = v.section.querySelector('section.fates');
  if (!box) return;
  const f = v.finding.fates, life = v.finding.lives[v.finding.lives.length - 1];
  const table = { v, f, life, body: box.querySelector('tbody'), said: box.querySelector('output'), rows: 20, page: 0, shown: [] };
  const input = box.querySelector('input'), select = box.querySelector('select');
  const update = () => { table.page = 0; table.shown = filterFates(table, input.value, select.value); fillFates(table); };
  input.addEventListener('input', update);
  select.addEventListener('change', update);
  for (const button of box.querySelectorAll('.tools button')) {
    button.addEventListener('click', () => { table.page += button.dataset.do === 'next' ? 1 : -1; fillFates(table); });
  }
  update();
}

// filterFates returns the places of the effects that match: the lost ones, then the
// kept ones, the newest of them first.
function filterFates({ f, life }, text, fate) {
  const wanted = text.trim().toLowerCase(), lost = [], kept = [];
  const has = (t) => !wanted || t.toLowerCase().includes(wanted);
  const paths = life.paths.map(has), stacks = life.stacks.map((s) => has(s.join(' ')));
  const calls = new Map();
  const hasCall = (id) => {
    if (!calls.has(id)) calls.set(id, has(callText(life, id)));
    return calls.get(id);
  };
  for (let i = 0; i < f.effect.length; i++) {
    const event = f.event[i];
    if (fate !== '' && f.fate[i] !== Number(fate)) continue;
    if (!(paths[life.path[event]] || stacks[life.at[event]] || hasCall(life.call[event]) || has(f.what[i]))) continue;
    (f.fate[i] ? lost : kept).push(i);
  }
  return lost.concat(kept.reverse());
}

function fillFates(table) {
  const { v, f, life, body, said, rows, shown } = table;
  const pages = Math.max(1, Math.ceil(shown.length / rows));
  table.page = Math.max(0, Math.min(pages - 1, table.page));
  const from = table.page * rows, part = shown.slice(from, from + rows);
  said.textContent = shown.length ? `${from + 1}–${from + part.length} of ${shown.length}` : 'no match';
  body.replaceChildren(...part.map((i) => {
    const event = f.event[i], go = element('button', 'go', String(event));
    go.type = 'button';
    go.addEventListener('click', () => { openLast(v); v.choose(event); v.canvas.scrollIntoView({ block: 'center' }); });
    return element('tr', fateNames[f.fate[i]],
      element('td', '', fateSign(f.fate[i]), ' ' + fateText(f, i)), element('td', 'n', String(f.effect[i])), element('td', '', effectText(v, i)),
      element('td', 'n', go), element('td', '', callText(life, life.call[event])), element('td', '', caller(life, event)));
  }));
}
