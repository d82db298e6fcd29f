// The beginning: a finding is made to work when it comes near the window.

const opened = [];

function openFinding(section) {
  const v = newTimeline(section, readFinding(section));
  newDetails(v);
  newStrip(v);
  newFates(v);
  newBytes(v);
  opened.push(v);
  // Begin at the first culprit or, without one, at the first fault, or right before the
  // crash or the end.
  const culprit = v.finding.culprits[0] || v.life.faults.values().next().value, last = v.life.crash > 0 ? v.life.crash : v.life.size;
  v.choose(culprit ? culprit.event : Math.min(last, v.life.size) - 1);
}

function start() {
  const near = new IntersectionObserver((entries) => {
    for (const e of entries) {
      if (!e.isIntersecting) continue;
      near.unobserve(e.target);
      openFinding(e.target);
    }
  }, { rootMargin: '600px' });
  const sections = [...document.querySelectorAll('.finding')].filter((s) => s.querySelector('script.data'));
  sections.forEach((s, i) => (i === 0 ? openFinding(s) : near.observe(s)));
  listenToCopying(document);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const v of opened) { v.draw(); if (v.redrawStrip) v.redrawStrip(); }
  });
  // Paper shows all that is folded away.
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    for (const d of folded) d.open = true;
  });
  addEventListener('afterprint', () => { for (const d of folded) d.open = false; });
  document.addEventListener('keydown', (e) => {
    if (e.key !== '/' || e.ctrlKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
    const input = document.querySelector('.time .search input');
    if (input) { e.preventDefault(); input.focus(); }
  });
  document.documentElement.dataset.readyMillis = Math.round(performance.now());
}

start();
