// The timeline: what is visible of a life, what is chosen, and the keys.

function newTimeline(section, finding) {
  const canvas = section.querySelector('canvas.lanes');
  const v = {
    section, finding, canvas, first: 0, from: 0, to: 1, chosen: null, found: null, point: -1,
    font: getComputedStyle(document.body).fontFamily, onChoose: [],
  };
  v.draw = () => {
    if (v.asked) return;
    v.asked = requestAnimationFrame(() => { v.asked = 0; drawLanes(v); });
  };
  v.zoom = (factor, at) => zoom(v, factor, at);
  v.show = (event) => show(v, event);
  v.choose = (event, call) => choose(v, event, call);
  v.openLife = (number) => openLife(v, number);
  v.openLife(finding.lives.length - 1);
  listLives(v);
  listenToPointer(v);
  listenToKeys(v);
  listenToTools(v);
  new ResizeObserver(v.draw).observe(canvas);
  return v;
}

function openLife(v, number) {
  v.life = v.finding.lives[number];
  v.lanes = lanesOf(v.life);
  for (const lane of v.lanes) lane.calls = v.life.calls.filter((c) => c.client === lane.client).sort((a, b) => a.invoked - b.invoked);
  const lanesMost = 16, heightLeast = 360;
  const lanes = Math.min(lanesMost, v.lanes.length);
  v.row = Math.max(20, Math.min(32, Math.floor((heightLeast - row.top - row.bottom) / Math.max(1, lanes))));
  v.height = Math.max(heightLeast, row.top + lanes * v.row + row.bottom);
  v.first = 0;
  v.chosen = v.found = null;
  showCrash(v);
  v.draw();
}

// showCrash brings the crash into view, with what led to it, or all if that is little.
function showCrash(v) {
  const eventsShown = 120, size = Math.max(1, v.life.size);
  const crash = v.life.crash < 0 ? size : v.life.crash;
  const first = v.life.culprits.length ? Math.min(crash, ...v.life.culprits.map((c) => c.event)) : crash;
  v.to = Math.min(size, crash + 6);
  v.from = Math.max(0, Math.min(first - 8, v.to - 40), v.to - eventsShown);
  if (size <= 60) [v.from, v.to] = [0, size];
  v.to = Math.max(v.to, v.from + 1);
  const lane = first < size ? v.life.lane[first] : -1;
  if (lane >= 0) revealLane(v, lane);
}

function revealLane(v, lane) {
  const shown = lanesShown(v);
  if (lane < v.first) v.first = lane;
  if (lane >= v.first + shown) v.first = lane - shown + 1;
}

function zoom(v, factor, at) {
  const centre = at === undefined ? (v.chosen ? v.chosen.event + 0.5 : (v.from + v.to) / 2) : at;
  const span = Math.min(Math.max((v.to - v.from) * factor, 8), Math.max(8, v.life.size));
  const part = Math.min(1, Math.max(0, (centre - v.from) / (v.to - v.from)));
  moveTo(v, centre - part * span, span);
}

function moveTo(v, from, span) {
  const margin = span / 2;
  v.from = Math.max(-margin / 4, Math.min(from, v.life.size + margin / 4 - span));
  if (span >= v.life.size) v.from = 0;
  v.to = v.from + span;
  v.draw();
}

// show brings an event into view.
function show(v, event) {
  const span = v.to - v.from, margin = Math.min(3, span / 8);
  if (event < v.from + margin || event > v.to - margin - 1) moveTo(v, event - span / 2, span);
  if (v.life.lane[event] >= 0) revealLane(v, v.life.lane[event]);
  v.draw();
}

function choose(v, event, call) {
  if (event < 0 || event >= v.life.size) return;
  v.chosen = { event, call: call || v.life.call[event] };
  v.show(event);
  for (const listener of v.onChoose) listener(v.chosen);
}

function listLives(v) {
  const select = v.section.querySelector('select.lives');
  v.finding.lives.forEach((l, i) => select.append(new Option(`${i + 1} of ${v.finding.lives.length}`, i)));
  select.value = v.finding.lives.length - 1;
  select.closest('label').hidden = v.finding.lives.length < 2;
  select.addEventListener('change', () => v.openLife(Number(select.value)));
}

function listenToPointer(v) {
  let drag = null;
  const eventAt = (x) => Math.floor(v.from + (x - v.gutter) / v.scale);
  v.canvas.addEventListener('pointerdown', (e) => {
    drag = { x: e.offsetX, y: e.offsetY, from: v.from, first: v.first, moved: false };
    v.canvas.setPointerCapture(e.pointerId);
  });
  v.canvas.addEventListener('pointermove', (e) => {
    if (!drag || !drag.moved && Math.hypot(e.offsetX - drag.x, e.offsetY - drag.y) < 5) return;
    drag.moved = true;
    const shown = lanesShown(v);
    v.first = Math.max(0, Math.min(v.lanes.length - shown, drag.first - Math.round((e.offsetY - drag.y) / v.row)));
    moveTo(v, drag.from - (e.offsetX - drag.x) / v.scale, v.to - v.from);
  });
  v.canvas.addEventListener('pointercancel', () => { drag = null; });
  v.canvas.addEventListener('pointerup', (e) => {
    if (drag && !drag.moved) pick(v, eventAt(e.offsetX), v.first + Math.floor((e.offsetY - row.top) / v.row));
    drag = null;
  });
  v.canvas.addEventListener('wheel', (e) => {
    // Without the focus the wheel is the page's: nobody may get stuck on a canvas.
    if (!e.ctrlKey && document.activeElement !== v.canvas) return;
    e.preventDefault();
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) moveTo(v, v.from + (e.deltaX || e.deltaY) / v.scale, v.to - v.from);
    else v.zoom(e.deltaY > 0 ? 1.25 : 0.8, v.from + (e.offsetX - v.gutter) / v.scale);
  }, { passive: false });
}

// pick chooses what is at an event's place in a lane: the call, or the event there
// or nearest to it.
function pick(v, event, lane) {
  const l = v.lanes[lane];
  if (l && l.client >= 0) {
    const call = l.calls.find((c) => c.invoked <= event && event <= c.end);
    if (call) return v.choose(call.invoked, call.id);
  }
  const reach = Math.max(1, Math.ceil(8 / v.scale));
  for (let away = 0; away <= reach; away++) {
    for (const i of [event - away, event + away]) if (i >= 0 && i < v.life.size && v.life.lane[i] === lane) return v.choose(i);
  }
  v.choose(Math.max(0, Math.min(v.life.size - 1, event)));
}

function listenToKeys(v) {
  const at = () => (v.chosen ? v.chosen.event : v.life.crash > 0 ? v.life.crash - 1 : 0);
  const keys = {
    ArrowLeft: () => v.choose(v.chosen ? Math.max(0, at() - 1) : at()),
    ArrowRight: () => v.choose(v.chosen ? Math.min(v.life.size - 1, at() + 1) : at()),
    ArrowUp: () => otherLane(v, at(), -1),
    ArrowDown: () => otherLane(v, at(), 1),
    Home: () => v.choose(0),
    End: () => v.choose(v.life.size - 1),
    Enter: () => v.section.querySelector('.details').focus(),
    '+': () => v.zoom(0.5),
    '=': () => v.zoom(0.5),
    '-': () => v.zoom(2),
    '/': () => v.section.querySelector('.time .search input').focus(),
    n: () => nextMatch(v, 1),
    N: () => nextMatch(v, -1),
    Escape: () => v.canvas.blur(),
  };
  v.canvas.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !keys[e.key]) return;
    e.preventDefault();
    keys[e.key]();
  });
  v.section.querySelector('.details').addEventListener('keydown', (e) => { if (e.key === 'Escape') v.canvas.focus(); });
}

// otherLane chooses the nearest event in the next lane up or down that has one.
function otherLane(v, event, step) {
  const client = (v.life.byCall.get(v.life.call[event]) || { client: 0 }).client;
  const here = v.life.lane[event] >= 0 ? v.life.lane[event] : v.lanes.findIndex((l) => l.client === client);
  for (let lane = here + step; lane >= 0 && lane < v.lanes.length; lane += step) {
    if (v.lanes[lane].client >= 0) {
      const call = v.lanes[lane].calls.findLast((c) => c.invoked <= event) || v.lanes[lane].calls[0];
      if (call) return v.choose(call.invoked, call.id);
      continue;
    }
    for (let away = 0; away < v.life.size; away++) {
      for (const i of [event - away, event + away]) if (i >= 0 && i < v.life.size && v.life.lane[i] === lane) return v.choose(i);
    }
  }
}

function listenToTools(v) {
  const does = { in: () => v.zoom(0.5), out: () => v.zoom(2), all: () => moveTo(v, 0, Math.max(1, v.life.size)), crash: () => { showCrash(v); v.draw(); } };
  for (const button of v.section.querySelectorAll('.time .tools button')) button.addEventListener('click', does[button.dataset.do]);
  const input = v.section.querySelector('.time .search input');
  input.addEventListener('input', () => search(v, input.value));
  input.addEventListener('keydown', (e) => {
    if (e.key === 'Enter') nextMatch(v, e.shiftKey ? -1 : 1);
    if (e.key === 'Escape') v.canvas.focus();
  });
  for (const go of v.section.querySelectorAll('.go')) {
    go.addEventListener('click', () => { openLast(v); v.choose(Number(go.dataset.event)); v.canvas.scrollIntoView({ block: 'center' }); });
  }
}

// openLast opens the failing life, which culprits and fates are about.
function openLast(v) {
  const last = v.finding.lives.length - 1;
  if (v.life === v.finding.lives[last]) return;
  v.section.querySelector('select.lives').value = last;
  v.openLife(last);
}

// search finds events by their file, call, kind or stack; a number is an event's.
// It looks through the tables, of which events only cite places.
function search(v, text) {
  const life = v.life, wanted = text.trim().toLowerCase();
  v.found = wanted ? new Set() : null;
  if (/^@?\d+$/.test(wanted)) {
    const event = Number(wanted.replace('@', ''));
    if (event < life.size) v.found.add(event);
  } else if (wanted) {
    const has = (texts) => texts.map((t) => String(t).toLowerCase().includes(wanted));
    const kinds = has(life.kinds), paths = has(life.paths), stacks = has(life.stacks.map((s) => s.join(' ')));
    const calls = new Set(life.calls.filter((c) => `call ${c.id} ${c.op} ${c.result}`.toLowerCase().includes(wanted)).map((c) => c.id));
    for (let i = 0; i < life.size; i++) {
      const fault = life.faults.get(i);
      if (fault && fault.text.toLowerCase().includes(wanted) || kinds[life.kind[i]] || paths[life.path[i]] || paths[life.to[i]] || stacks[life.at[i]] || calls.has(life.call[i])) v.found.add(i);
    }
  }
  v.matches = v.found ? [...v.found] : [];
  v.section.querySelector('.time .matches').textContent = v.found ? `${v.matches.length} match${v.matches.length === 1 ? '' : 'es'}` : '';
  v.draw();
}

function nextMatch(v, step) {
  if (!v.matches || !v.matches.length) return;
  const from = v.chosen ? v.chosen.event : -1;
  let i = step > 0 ? v.matches.findIndex((m) => m > from) : v.matches.findLastIndex((m) => m < from);
  if (i < 0) i = step > 0 ? 0 : v.matches.length - 1;
  v.choose(v.matches[i]);
  v.section.querySelector('.time .matches').textContent = `${i + 1} of ${v.matches.length}`;
}
