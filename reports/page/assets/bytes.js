// The bytes of a file as it was written, as it was forced, and as it came back.

const linesShown = 12; // of one page

function newBytes(v) {
  const box = v.section.querySelector('section.bytes');
  if (!box) return;
  const select = box.querySelector('select.files'), files = v.finding.files;
  files.forEach((f, i) => select.append(new Option(f.path, i)));
  const pane = { box, said: box.querySelector('output'), out: box.querySelector('.hex'), page: 0, lines: [] };
  const open = () => {
    pane.file = files[Number(select.value)];
    pane.wide = pane.out.clientWidth < 560 ? 8 : 16;
    pane.lines = foldLines(pane.file, pane.wide);
    // Open where the culprit wrote.
    const at = pane.file.culprit - pane.file.from;
    const line = pane.lines.findIndex((l) => (Array.isArray(l) ? l[1] > at : l + pane.wide > at));
    pane.page = Math.floor(Math.max(0, line) / linesShown);
    fillBytes(pane);
  };
  select.addEventListener('change', open);
  for (const button of box.querySelectorAll('.tools button')) {
    button.addEventListener('click', () => { pane.page += button.dataset.do === 'next' ? 1 : -1; fillBytes(pane); });
  }
  open();
}

// foldLines lists what is shown: the offsets of lines in which the versions
// differ, with a neighbour on each side, and [from, to] for the runs between.
function foldLines(file, wide) {
  const size = Math.max(...file.versions.map((v) => v.bytes.length)), n = Math.ceil(size / wide);
  const show = new Uint8Array(n);
  for (let l = 0; l < n; l++) {
    if (!differs(file.versions, l * wide, wide)) continue;
    for (let k = Math.max(0, l - 1); k <= Math.min(n - 1, l + 1); k++) show[k] = 1;
  }
  const out = [];
  for (let l = 0; l < n; l++) {
    const last = out[out.length - 1];
    if (show[l]) out.push(l * wide);
    else if (Array.isArray(last)) last[1] = (l + 1) * wide;
    else out.push([l * wide, (l + 1) * wide]);
  }
  return out;
}

function differs([first, ...others], from, wide) {
  for (let i = from; i < from + wide; i++) if (others.some((v) => v.bytes[i] !== first.bytes[i])) return true;
  return false;
}

function fillBytes(pane) {
  const { file, lines, out, said } = pane;
  const pages = Math.max(1, Math.ceil(lines.length / linesShown));
  pane.page = Math.max(0, Math.min(pages - 1, pane.page));
  out.replaceChildren(element('p', 'who', file.versions.map((v) => `${v.name} ${v.there ? v.size + ' bytes' : 'not there'}`).join(' · ') + (file.note ? ' · ' + file.note : '')));
  for (const l of lines.slice(pane.page * linesShown, (pane.page + 1) * linesShown)) {
    out.append(Array.isArray(l) ? element('p', 'fold', `⋯ ${l[1] - l[0]} bytes from ${hex(file.from + l[0], 4)} on are the same in all`) : byteLine(file, l, pane.wide));
  }
  said.textContent = `page ${pane.page + 1} of ${pages}`;
}

const hex = (n, digits) => n.toString(16).padStart(digits, '0');

// byteLine shows one offset: the versions below each other, as one if alike.
function byteLine(file, from, wide) {
  const group = element('div', 'line');
  for (const r of file.records || []) {
    if (r.off >= file.from + from && r.off < file.from + from + wide) group.append(element('p', 'record', `record ${r.name} begins at ${hex(r.off, 4)}`));
  }
  const alike = !differs(file.versions, from, wide);
  for (const version of alike ? [file.versions[0]] : file.versions) {
    const name = element('span', 'name', alike ? 'all' : version.name), text = element('code', '');
    if (!version.there) continue;
    if (from >= version.bytes.length) {
      group.append(element('div', 'row', element('span', 'off', hex(file.from + from, 6)), name, element('mark', '', 'nothing: the file ends before this')));
      continue;
    }
    let run = '', runMarked = false, ascii = '';
    const flush = () => { if (run) text.append(runMarked ? element('mark', '', run.trimEnd()) : run, runMarked ? ' ' : ''); run = ''; };
    for (let i = from; i < from + wide; i++) {
      const there = i < version.bytes.length, b = version.bytes[i], marked = !alike && version.bytes[i] !== file.versions[0].bytes[i];
      if (marked !== runMarked) flush();
      runMarked = marked;
      run += (there ? hex(b, 2) : '··') + ' ';
      ascii += !there ? ' ' : b > 32 && b < 127 ? String.fromCharCode(b) : '.';
    }
    flush();
    group.append(element('div', 'row', element('span', 'off', hex(file.from + from, 6)), name, text, element('span', 'ascii', ascii)));
  }
  return group;
}
