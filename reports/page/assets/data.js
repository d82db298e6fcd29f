'use strict';
// Data: a finding's columns as typed arrays, and the words for what they hold.

// readFinding parses the data of one finding's section.
function readFinding(section) {
  const d = JSON.parse(section.querySelector('script.data').textContent);
  d.lives = d.lives.map(readLife);
  for (const column of ['effect', 'event', 'fate']) d.fates[column] = new Int32Array(d.fates[column]);
  for (const f of d.files) for (const v of f.versions) v.bytes = decode(v.bytes);
  const last = d.lives[d.lives.length - 1];
  // The worst fate of each event's effects: 0 none pending, 1 kept, 2 dropped, 3 torn.
  last.fate = new Uint8Array(last.size);
  for (let i = 0; i < d.fates.event.length; i++) last.fate[d.fates.event[i]] = Math.max(last.fate[d.fates.event[i]], d.fates.fate[i] + 1);
  last.culprits = d.culprits;
  last.missingFsync = d.missingFsync;
  return d;
}

function readLife(l) {
  l.size = l.kind ? l.kind.length : 0;
  for (const column of ['kind', 'path', 'to', 'len', 'call', 'at']) l[column] = new Int32Array(l[column] || []);
  l.off = new Float64Array(l.off || []);
  l.byCall = new Map(l.calls.map((c) => [c.id, c]));
  l.fate = new Uint8Array(l.size);
  l.culprits = [];
  l.faults = new Map((l.faults || []).map((f) => [f.event, f]));
  for (const c of l.calls) c.end = c.returned || (l.crash >= 0 ? l.crash : l.size);
  return l;
}

function decode(base64) {
  const text = atob(base64 || ''), out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

const isMark = (word) => word === 'invoke' || word === 'return' || word === 'kill';
const isSync = (word) => word === 'sync' || word === 'sync-data' || word === 'sync-range';
const fateWords = ['', 'kept', 'dropped', 'torn'];

function kindOf(life, i) { return life.kinds[life.kind[i]]; }

// eventText is the event in the words that reports use.
function eventText(life, i) {
  const kind = kindOf(life, i), path = life.paths[life.path[i]];
  if (life.faults.has(i)) return life.faults.get(i).text;
  switch (kind) {
    case 'write': return `write ${path} ${life.len[i]} bytes at ${life.off[i]}`;
    case 'resize': return `resize ${path} to ${life.off[i]}`;
    case 'allocate': case 'sync-range': return `${kind} ${path} ${life.len[i]} bytes at ${life.off[i]}`;
    case 'link': case 'rename': return `${kind} ${path} to ${life.paths[life.to[i]]}`;
    case 'invoke': case 'return': return `${kind} ${callText(life, life.call[i])}`;
  }
  return path ? `${kind} ${path}` : kind;
}

function callText(life, id) {
  const c = life.byCall.get(id);
  if (c) return `call ${id} ${c.op}`;
  return id ? `call ${id} open` : '';
}

function caller(life, i) {
  const stack = life.stacks[life.at[i]];
  return stack && stack.length ? stack[0] : '';
}

// remark says what the crash did to an event, or that a fault made it.
function remark(life, i) {
  if (life.crash >= 0 && i >= life.crash) return 'after the crash';
  return life.faults.has(i) ? `failed: ${life.faults.get(i).error}` : fateWords[life.fate[i]];
}

// element makes an element with a class and children, which are texts or elements.
function element(name, className, ...children) {
  const e = document.createElement(name);
  if (className) e.className = className;
  e.append(...children);
  return e;
}
