'use strict';
const { rows, columns, seen } = document.querySelector('[data-seen]').dataset;
const [h, w] = [Number(rows), Number(columns)], [left, top_, right, bottom] = JSON.parse(seen);
const maps = [...document.querySelectorAll('.map')];
const values = maps.map(map => map.dataset.values && JSON.parse(map.dataset.values));
let at = null; // the patch that is pointed at: row and column

document.getElementById('strength')?.addEventListener('input', event =>
  document.documentElement.style.setProperty('--strength', event.target.value / 100));

function mark(row, column) {
  at = [row, column];
  document.body.classList.add('pointing');
  maps.forEach((map, i) => {
    const cell = map.querySelector('.cell').style;
    cell.left = 100 * (left + column / w * (right - left)) + '%';
    cell.top = 100 * (top_ + row / h * (bottom - top_)) + '%';
    cell.width = 100 * (right - left) / w + '%';
    cell.height = 100 * (bottom - top_) / h + '%';
    if (values[i]) map.parentElement.querySelector('output').textContent = `${row + 1},${column + 1}: ${values[i][row * w + column]}`;
  });
  document.dispatchEvent(new CustomEvent('patch', { detail: row * w + column }));
}

function point(event) {
  const box = event.currentTarget.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width - left) / (right - left);
  const y = ((event.clientY - box.top) / box.height - top_) / (bottom - top_);
  const column = Math.floor(x * w), row = Math.floor(y * h);
  if (column < 0 || column >= w || row < 0 || row >= h) return leave();
  mark(row, column);
}

function leave() {
  at = null;
  document.body.classList.remove('pointing');
  document.querySelectorAll('figcaption output').forEach(output => output.textContent = '');
  document.dispatchEvent(new CustomEvent('patch', { detail: null }));
}

// The arrow keys move the patch, from the middle; what is read aloud is the value of the map that has the focus.
function walk(event) {
  if (event.key === 'Escape') return leave();
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!step) return;
  event.preventDefault();
  const [row, column] = at ? [at[0] + step[0], at[1] + step[1]] : [h >> 1, w >> 1];
  mark(Math.min(h - 1, Math.max(0, row)), Math.min(w - 1, Math.max(0, column)));
}

for (const map of maps) {
  map.addEventListener('pointermove', point);
  map.addEventListener('pointerdown', point);
  map.addEventListener('pointerleave', leave);
  map.addEventListener('keydown', walk);
  map.addEventListener('focus', () => map.parentElement.querySelector('output')?.setAttribute('aria-live', 'polite'));
  map.addEventListener('blur', () => map.parentElement.querySelector('output')?.removeAttribute('aria-live'));
}

// A map as large as the window: the figure itself moves into a dialog, so that it still points and tells, and back when that closes.
const cards = [...document.querySelectorAll('figure.card:not(.curves):not(.tokens)')], dialog = document.createElement('dialog');
let shown = -1, home = null;
dialog.className = 'large';
dialog.setAttribute('aria-label', 'Enlarged map');
document.body.append(dialog);

function button(text, label, act) {
  const made = document.createElement('button');
  Object.assign(made, { type: 'button', textContent: text });
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}

function restore() {
  if (home) home.replaceWith(cards[shown]);
  home = null;
}

function show(index) {
  restore();
  shown = (index + cards.length) % cards.length;
  home = document.createComment('');
  cards[shown].replaceWith(home);
  dialog.prepend(cards[shown]);
  if (!dialog.open) dialog.showModal();
}

if (cards.length > 0) {
  const bar = dialog.appendChild(document.createElement('p'));
  bar.append(button('←', 'The map before', () => show(shown - 1)), button('Close', 'Close', () => dialog.close()), button('→', 'The next map', () => show(shown + 1)));
  dialog.addEventListener('close', () => {
    restore();
    cards[shown].querySelector('.enlarge').focus();
  });
  dialog.addEventListener('click', event => event.target === dialog && dialog.close());
  dialog.addEventListener('keydown', event => {
    const step = { PageUp: -1, PageDown: 1 }[event.key] ?? (event.target.closest('.map') ? 0 : { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0);
    if (step) show(shown + step);
  });
  cards.forEach((card, i) => {
    const enlarge = button('⤢', `Enlarge ${card.querySelector('h3')?.textContent.trim() ?? 'the map'}`, () => dialog.open ? dialog.close() : show(i));
    enlarge.className = 'enlarge';
    card.prepend(enlarge);
    card.querySelector('.map')?.addEventListener('click', event => event.pointerType === 'mouse' && (dialog.open ? dialog.close() : show(i)));
  });
}
