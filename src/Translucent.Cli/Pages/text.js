// Words of a summary and of the text it comes from, or words that read and words that are read: the numbers of the one under the pointer, or in focus.
const explorer = document.getElementById('explorer');
if (explorer) {
  const bytes = Uint8Array.from(atob(explorer.dataset.rows), c => c.charCodeAt(0));
  const scales = JSON.parse(explorer.dataset.scales), mean = JSON.parse(explorer.dataset.mean), told = explorer.querySelector('.told');
  const summary = [...explorer.querySelectorAll('.summary [data-n]')], context = [...explorer.querySelectorAll('.context [data-n]')];
  const all = explorer.dataset.all ?? 'The whole summary', reads = explorer.dataset.reads ?? ' comes most from: ', read = explorer.dataset.read ?? ' fed most: ';
  const value = (s, c) => (bytes[s * context.length + c] - 128) / 127 * scales[s];

  function colour(words, values) {
    const most = Math.max(...values.map(Math.abs), 0);
    words.forEach((word, i) => {
      const share = most ? values[i] / most : 0;
      word.style.setProperty('--s', Math.abs(share).toFixed(3));
      word.classList.toggle('against', share < 0);
    });
  }

  function tell(lead, word, rest, words, values) {
    const best = values.map((v, i) => [Math.abs(v), i]).sort((a, b) => b[0] - a[0]).slice(0, 5).filter(b => b[0] > 0);
    told.replaceChildren(lead, Object.assign(document.createElement('b'), { textContent: word }), rest, best.map(b => `${words[b[1]].textContent.trim()} ${values[b[1]].toPrecision(3)}`).join(', '));
  }

  function show(word) {
    explorer.querySelectorAll('.chosen').forEach(w => w.classList.remove('chosen'));
    if (!word) {
      colour(context, mean);
      colour(summary, summary.map(() => 0));
      tell('', all, reads, context, mean);
      return;
    }
    word.classList.add('chosen');
    const n = +word.dataset.n, ofSummary = word.closest('.summary') !== null;
    const others = ofSummary ? context : summary, values = ofSummary ? context.map((_, c) => value(n, c)) : summary.map((_, s) => value(s, n));
    colour(others, values);
    colour(ofSummary ? summary : context, ofSummary ? summary.map(() => 0) : mean);
    tell('', word.textContent.trim(), ofSummary ? reads : read, others, values);
  }

  const wordOf = event => event.target.closest('[data-n]');
  explorer.addEventListener('pointerover', event => wordOf(event) && show(wordOf(event)));
  explorer.addEventListener('pointerleave', () => show(document.activeElement.closest?.('#explorer [data-n]')));
  explorer.addEventListener('focusin', event => wordOf(event) && show(wordOf(event)));
  explorer.addEventListener('focusout', event => explorer.contains(event.relatedTarget) || show(null));
  explorer.addEventListener('keydown', event => {
    const word = wordOf(event);
    if (!word) return;
    if (event.key === 'Escape') {
      word.blur();
      show(null);
      return;
    }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const words = word.closest('.summary') ? summary : context, next = words[Math.min(words.length - 1, Math.max(0, +word.dataset.n + step))];
    word.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  show(null);
}
