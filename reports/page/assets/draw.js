// Drawing: a life on a canvas, only what is visible.

const row = { gutter: 168, top: 36, bottom: 24 };

// colours are those of the style sheet, so that light and dark need no second list.
function colours() {
  const style = getComputedStyle(document.documentElement);
  const out = {};
  for (const name of ['paper', 'ink', 'soft', 'line', 'panel', 'call', 'event', 'sync', 'refuted', 'missing', 'select', 'found', 'after', 'fault']) {
    out[name] = style.getPropertyValue('--' + name).trim();
  }
  return out;
}

// namedFrom is how many pixels an event must have for its word, not a letter.
const namedFrom = 46;

const letters = { write: 'w', create: '+', mkdir: '+', remove: '×', rename: '→', link: '&', resize: '↔', allocate: 'a', chmod: 'm', sync: 'S', 'sync-data': 'D', 'sync-range': 'R', 'sync-fail': '!', kill: 'K' };

// lanesOf lists a life's lanes: one for each client, then one for each file.
function lanesOf(life) {
  const lanes = [], files = new Map();
  const clients = [...new Set(life.calls.map((c) => c.client))].sort((a, b) => a - b);
  for (const c of clients) lanes.push({ name: clients.length > 1 ? 'client ' + c : 'calls', client: c });
  life.lane = new Int32Array(life.size).fill(-1);
  const marks = life.kinds.map(isMark);
  for (let i = 0; i < life.size; i++) {
    if (marks[life.kind[i]]) continue;
    if (!files.has(life.path[i])) {
      files.set(life.path[i], lanes.length);
      lanes.push({ name: life.paths[life.path[i]], client: -1 });
    }
    life.lane[i] = files.get(life.path[i]);
  }
  return lanes;
}

// lanesShown is how many lanes there is room for.
function lanesShown(v) { return Math.floor((v.height - row.top - row.bottom) / v.row); }

// prepare sizes the canvas to its box, in real pixels, and returns what draws on it.
function prepare(canvas, height) {
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth;
  canvas.style.height = height + 'px';
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

// drawLanes draws the part of v.life from v.from to v.to, in events.
function drawLanes(v) {
  const c = colours(), pen = prepare(v.canvas, v.height), width = v.canvas.clientWidth;
  v.width = width;
  v.gutter = width < 560 ? 92 : row.gutter;
  v.scale = (width - v.gutter - 8) / (v.to - v.from);
  const x = (event) => v.gutter + (event - v.from) * v.scale;
  const y = (lane) => row.top + (lane - v.first) * v.row;
  const d = { v, c, pen, x, y, width, life: v.life, from: Math.max(0, Math.floor(v.from)), to: Math.min(v.life.size, Math.ceil(v.to)) };
  pen.fillStyle = c.paper;
  pen.fillRect(0, 0, width, v.height);
  pen.font = '11px ' + v.font;
  pen.textBaseline = 'middle';
  drawAfter(d);
  pen.save();
  pen.beginPath();
  pen.rect(v.gutter, 0, width, v.height);
  pen.clip();
  drawRules(d);
  drawCalls(d);
  drawEvents(d);
  drawMissingFsync(d);
  drawCrash(d);
  pen.restore();
  drawNames(d);
}

// drawAfter shades what never happened, as the power was gone.
function drawAfter({ v, c, pen, x, width, life }) {
  if (life.crash < 0) return;
  const left = Math.max(v.gutter, x(life.crash));
  if (left >= width) return;
  pen.fillStyle = c.after;
  pen.fillRect(left, row.top, width - left, v.height);
}

function drawRules({ v, c, pen, x, y, width, life, from, to }) {
  pen.strokeStyle = c.line;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let lane = v.first; lane <= v.lanes.length && y(lane) <= v.height; lane++) {
    pen.moveTo(v.gutter, Math.round(y(lane)) + 0.5);
    pen.lineTo(width, Math.round(y(lane)) + 0.5);
  }
  pen.stroke();
  pen.fillStyle = c.soft;
  pen.textAlign = 'center';
  const step = niceStep(64 / v.scale);
  for (let i = Math.ceil(from / step) * step; i < to; i += step) {
    if (x(i + 0.5) > v.gutter + 12) pen.fillText(String(i), x(i + 0.5), row.top - 9);
  }
  // Fsyncs run through all lanes.
  pen.strokeStyle = c.sync;
  pen.globalAlpha = 0.28;
  pen.beginPath();
  let last = -9;
  for (let i = from; i < to; i++) {
    const at = Math.round(x(i + 0.5));
    if (isSync(kindOf(life, i)) && at > last + 1) {
      pen.moveTo(at + 0.5, row.top);
      pen.lineTo(at + 0.5, v.height);
      last = at;
    }
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

function niceStep(least) {
  let step = 1;
  while (step < least) step *= String(step)[0] === '2' ? 2.5 : 2;
  return Math.round(step);
}

function drawCalls({ v, c, pen, x, y, width, life }) {
  pen.textAlign = 'left';
  for (let lane = v.first; lane < v.lanes.length && v.lanes[lane].client >= 0; lane++) {
    let last = -9;
    for (const call of v.lanes[lane].calls) {
      const left = x(call.invoked), right = x(call.end + 1);
      if (right < v.gutter || left > width || right < last + 1) continue;
      last = right;
      const top = y(lane) + 3, high = v.row - 6, wide = Math.max(1, right - left - 1);
      const chosen = v.chosen && v.chosen.call === call.id;
      pen.fillStyle = chosen ? c.select : c.call;
      pen.globalAlpha = call.returned && (life.crash < 0 || call.returned < life.crash) ? 1 : 0.55;
      pen.fillRect(left, top, wide, high);
      pen.globalAlpha = 1;
      if (call.faulted) {
        pen.fillStyle = c.fault;
        pen.fillRect(left, top + high - 3, wide, 5);
      }
      const from = Math.max(left, v.gutter);
      if (right - from > 26) {
        pen.fillStyle = c.paper;
        pen.fillText(fit(pen, `${call.faulted ? '! ' : ''}${call.id} ${call.op}`, right - from - 8), from + 4, top + high / 2 - (call.faulted ? 1 : -0.5));
      }
    }
  }
}

// fit cuts a text to a width.
function fit(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let low = 0, high = Math.min(text.length, 200);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(text.slice(0, middle) + '…').width <= width) low = middle; else high = middle - 1;
  }
  return low ? text.slice(0, low) + '…' : '';
}

function drawEvents(d) {
  const { v, x, y, life, from, to } = d;
  const lastAt = new Float64Array(v.lanes.length).fill(-9), special = [];
  d.flagged = new Map();
  const culprits = new Map(life.culprits.map((culprit) => [culprit.event, culprit]));
  for (let i = from; i < to; i++) {
    const lane = life.lane[i];
    if (culprits.has(i) || life.faults.has(i) || v.chosen && v.chosen.event === i || life.fate[i] > 1) special.push(i);
    if (lane < v.first || y(lane) > v.height) continue;
    const at = x(i + 0.5);
    if (at < lastAt[lane] + 1) continue;
    lastAt[lane] = at;
    drawEvent(d, i, at, y(lane) + v.row / 2);
  }
  // Again and on top: what a reader looks for must not hide among its neighbours.
  for (const i of special.slice(0, 2000)) {
    const lane = life.lane[i];
    if (v.chosen && v.chosen.event === i) drawChosen(d, i);
    if (lane < v.first || y(lane) > v.height) continue;
    drawEvent(d, i, x(i + 0.5), y(lane) + v.row / 2);
    if (culprits.has(i)) drawCulprit(d, culprits.get(i), x(i + 0.5), y(lane) + v.row / 2);
    if (life.faults.has(i)) drawFault(d, life.faults.get(i), lane, x(i + 0.5), y(lane) + v.row / 2);
  }
}

function drawEvent({ v, c, pen, life }, i, at, middle) {
  const kind = kindOf(life, i), named = v.scale >= namedFrom, size = Math.max(1, Math.min(named ? 58 : 15, v.scale - 3)), lost = life.fate[i] > 1;
  const fault = life.faults.get(i), colour = fault ? c.fault : lost ? c.refuted : isSync(kind) ? c.sync : c.event;
  pen.globalAlpha = life.crash >= 0 && i >= life.crash ? 0.4 : 1;
  if (v.found && v.found.has(i)) {
    pen.fillStyle = c.found;
    pen.fillRect(at - size / 2 - 2, middle - 9, size + 4, 18);
  }
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  if (isSync(kind)) {
    pen.fillRect(at - Math.min(1.5, size / 2), middle - 9, Math.min(3, size), 18);
  } else if (lost && size >= 6) {
    pen.fillStyle = c.paper;
    pen.fillRect(at - size / 2, middle - 7, size, 14);
    pen.strokeRect(at - size / 2, middle - 7, size, 14);
  } else {
    pen.fillRect(at - size / 2, middle - 7, size, 14);
  }
  if (size >= 8 && !isSync(kind)) {
    pen.fillStyle = lost ? c.refuted : c.paper;
    pen.textAlign = 'center';
    pen.fillText(fault ? (named ? fault.failed : '!') : named ? kind : letters[kind] || '?', at, middle + 0.5);
  } else if (named) {
    pen.textAlign = 'left';
    pen.fillText(kind, at + 5, middle + 0.5);
  }
  pen.globalAlpha = 1;
}

function drawChosen({ v, c, pen, x }, i) {
  pen.strokeStyle = c.select;
  pen.lineWidth = 2;
  const half = Math.max(3, Math.min(v.scale >= namedFrom ? 32 : 10, v.scale / 2));
  pen.strokeRect(x(i + 0.5) - half, row.top + 1, 2 * half, v.height - row.top - 3);
}

// drawTip draws the tip of a flag, which points down to a place.
function drawTip(pen, at, to) {
  pen.beginPath();
  pen.moveTo(at, to);
  pen.lineTo(at - 5, to - 5);
  pen.lineTo(at + 5, to - 5);
  pen.fill();
}

// drawCulprit puts a flag with the culprit's letter over its event.
function drawCulprit({ v, c, pen }, culprit, at, middle) {
  const half = v.scale >= namedFrom ? Math.min(31, v.scale / 2) : 9;
  pen.strokeStyle = pen.fillStyle = c.refuted;
  pen.lineWidth = 2;
  pen.strokeRect(at - half, middle - 9, 2 * half, 18);
  pen.fillRect(at - 8, middle - 28, 16, 14);
  drawTip(pen, at, middle - 9);
  pen.fillStyle = c.paper;
  pen.textAlign = 'center';
  pen.font = 'bold ' + pen.font;
  pen.fillText(culprit.letter, at, middle - 20.5);
  pen.font = pen.font.replace('bold ', '');
}

// drawFault puts a flag with the error over the call that failed, unless one hides it.
function drawFault({ c, pen, flagged }, fault, lane, at, middle) {
  const wide = pen.measureText(fault.error).width + 8, left = at - wide / 2;
  if (left < (flagged.get(lane) || 0)) return;
  flagged.set(lane, left + wide + 2);
  pen.fillStyle = c.fault;
  pen.fillRect(left, middle - 25, wide, 13);
  drawTip(pen, at, middle - 7);
  pen.fillStyle = c.paper;
  pen.textAlign = 'center';
  pen.fillText(fault.error, at, middle - 18.5);
}

// drawMissingFsync draws the fsync that was missing, dashed as it is not there.
function drawMissingFsync({ v, c, pen, x, life }) {
  if (!life.missingFsync) return;
  const at = x(life.missingFsync.after + 1), label = 'missing ' + life.missingFsync.what;
  if (at < v.gutter || at > v.width) return;
  pen.strokeStyle = c.missing;
  pen.lineWidth = 2.5;
  pen.setLineDash([5, 4]);
  pen.beginPath();
  pen.moveTo(at, row.top - 2);
  pen.lineTo(at, v.height);
  pen.stroke();
  pen.setLineDash([]);
  tag(pen, c.missing, c.paper, label, at, v.height - 12, v);
}

function drawCrash({ v, c, pen, x, life }) {
  for (const [point, name] of [[life.crash, 'crash'], [v.point, 'point']]) {
    if (point < 0 || point === undefined || name === 'point' && point === life.crash) continue;
    const at = x(point);
    if (at < v.gutter - 1 || at > v.width + 1) continue;
    pen.fillStyle = name === 'crash' ? c.refuted : c.select;
    pen.fillRect(at - 1.5, 0, 3, v.height);
    tag(pen, pen.fillStyle, c.paper, `${name === 'crash' ? '⚡ crash' : 'crash point'} @${point}`, at, 9, v);
  }
}

// tag writes a text on a ground of its own, on the side where there is room.
function tag(pen, ground, ink, text, at, middle, v) {
  pen.textAlign = 'left';
  const shown = fit(pen, text, v.width - v.gutter - 24), wide = pen.measureText(shown).width + 10;
  const left = at + wide + 2 < v.width ? at + 2 : Math.max(v.gutter, at - wide - 2);
  pen.fillStyle = ground;
  pen.fillRect(left, middle - 8, wide, 16);
  pen.fillStyle = ink;
  pen.fillText(shown, left + 5, middle + 0.5);
}

// drawNames writes the lanes' names, from their ends, where files differ.
function drawNames({ v, c, pen, y }) {
  pen.textAlign = 'left';
  for (let lane = v.first; lane < v.lanes.length && y(lane) < v.height; lane++) {
    const name = v.lanes[lane].name;
    let shown = name;
    for (let cut = Math.max(0, name.length - 60); pen.measureText(shown).width > v.gutter - 12 && cut < name.length; cut++) shown = '…' + name.slice(cut);
    pen.fillStyle = v.lanes[lane].client >= 0 ? c.ink : c.soft;
    pen.fillText(shown, 2, y(lane) + v.row / 2 + 0.5);
  }
  const below = v.lanes.length - v.first - lanesShown(v);
  pen.fillStyle = c.soft;
  pen.fillText(below > 0 ? `event (${below} lanes below)` : 'event', 2, row.top - 9);
}
