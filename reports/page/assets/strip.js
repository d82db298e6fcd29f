// The strip of crash points. The finding's state is in its colours and heights.

function newStrip(v) {
  const box = v.section.querySelector('.strip');
  if (!box) return;
  const canvas = box.querySelector('canvas'), said = box.querySelector('output'), points = v.finding.strip;
  let at = points.findIndex((p) => p[0] === v.finding.point);
  canvas.style.maxWidth = Math.max(80, points.length * 26) + 'px';
  const draw = () => drawStrip(canvas, points, at, v.finding.point);
  const select = (i, move) => {
    at = Math.max(0, Math.min(points.length - 1, i));
    const [point, visited, failing] = points[at];
    const fared = visited ? failing ? `refuted, ${failing} of ${visited} states` : `held in ${visited} state${visited === 1 ? '' : 's'}` : 'not visited';
    said.textContent = `@${point}: ${fared}`;
    canvas.setAttribute('aria-valuenow', at);
    canvas.setAttribute('aria-valuetext', `crash point ${at + 1} of ${points.length}, ${said.textContent}`);
    draw();
    if (!move) return;
    openLast(v);
    v.point = point;
    if (point > 0) v.choose(Math.min(v.life.size, point) - 1);
  };
  const keys = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 0, End: () => points.length - 1, PageUp: () => at - 10, PageDown: () => at + 10 };
  canvas.addEventListener('keydown', (e) => {
    if (!keys[e.key]) return;
    e.preventDefault();
    select(keys[e.key](), true);
  });
  canvas.addEventListener('click', (e) => select(Math.floor(e.offsetX / canvas.clientWidth * points.length), true));
  new ResizeObserver(draw).observe(canvas);
  v.redrawStrip = draw;
  select(Math.max(0, at), false);
}

// drawStrip gives each point, or each pixel's worst point, a bar: refuted ones are
// full and hatched, held ones half as high, those not visited a line.
function drawStrip(canvas, points, at, crash) {
  const height = 34, pen = prepare(canvas, height), c = colours(), width = canvas.clientWidth, n = points.length;
  pen.fillStyle = c.paper;
  pen.fillRect(0, 0, width, height);
  const bars = Math.min(n, Math.floor(width / 2)), wide = width / bars;
  for (let b = 0; b < bars; b++) {
    let visited = 0, failing = 0;
    for (let i = Math.floor(b * n / bars); i < Math.max(Math.floor(b * n / bars) + 1, Math.floor((b + 1) * n / bars)); i++) {
      visited += points[i][1];
      failing += points[i][2];
    }
    const high = failing ? 22 : visited ? 12 : 3, left = b * wide, right = Math.max(1, wide - (wide > 3 ? 1 : 0));
    pen.fillStyle = failing ? c.refuted : visited ? c.sync : c.line;
    pen.fillRect(left, height - high - 4, right, high);
    if (failing && wide > 7) {
      pen.fillStyle = c.paper;
      pen.textAlign = 'center';
      pen.textBaseline = 'middle';
      pen.font = 'bold 10px sans-serif';
      pen.fillText('×', left + wide / 2, height - 15);
    }
  }
  const mark = (index, colour) => {
    if (index < 0) return;
    const x = (index + 0.5) / n * width;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(x - 5, 0);
    pen.lineTo(x + 5, 0);
    pen.lineTo(x, 7);
    pen.fill();
  };
  mark(points.findIndex((p) => p[0] === crash), c.refuted);
  mark(at, c.select);
}
