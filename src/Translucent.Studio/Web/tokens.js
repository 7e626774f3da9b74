// Point at a patch: its ULTra map in all layers at once, a few rows while the pointer moves, exact where it lingers.

import { h, choose, number, say } from './dom.js';
import { Latest } from './net.js';
import { gradient, range } from './color.js';
import { Photo } from './photo.js';
import { exporter } from './work.js';

const LINGER = 350; // milliseconds

export function tokensView(scene, view) {
  const { grid } = scene.facts, layers = scene.layers;
  const ask = new Latest(), exactly = new Latest();
  let shown = null, timer = 0;
  const large = new Photo({ image: scene.picture, grid, label: 'The photograph: point at a patch, or move with the arrow keys', width: 720,
    onpoint: cell => { if (view.frozen() === null && cell !== null) point(cell); },
    onpick: (cell, event) => event.shiftKey || comparing.checked ? view.set({ other: cell }) : view.set({ token: view.frozen() === cell ? null : cell }) });
  const comparing = h('input', { type: 'checkbox', id: 'comparing' });
  const told = h('p', { class: 'told', role: 'status' });
  const scale = h('div', { class: 'scale' });
  const rows = h('div', { class: 'layers', role: 'list', 'aria-label': 'Layers' });
  const others = h('div', { class: 'layers', role: 'list', 'aria-label': 'Layers of the second patch' });
  const small = list => Array.from({ length: layers - 1 }, (_, i) => {
    const photo = new Photo({ image: scene.picture, grid, label: `Layer ${i + 2}`, width: 150 });
    const button = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => view.set({ layer: i + 2 }) }, photo.element, h('span', {}, `layer ${i + 2}`));
    list.append(h('div', { role: 'listitem' }, button));
    return { photo, button };
  });
  const thumbs = small(rows), second = small(others);
  const functionChoice = choose('A token stands for', [{ value: 's', text: 'its sum (S)' }, { value: 'e', text: 'its energy (E)' }], view.state.function ?? 's',
    value => view.set({ function: value === 's' ? null : value }));
  const cells = h('input', { type: 'checkbox', onchange: () => { large.smooth = !cells.checked; for (const t of [...thumbs, ...second]) t.photo.smooth = !cells.checked; redraw(); } });
  const summary = grid.prefix > 0 && h('button', { type: 'button', class: 'quiet', onclick: () => { pointToken(0, 'the class token'); } }, 'class token');

  const element = h('section', { class: 'two' },
    h('div', {}, large.element, scale, told),
    h('div', {}, h('h2', {}, 'What does this patch mean, layer by layer?'),
      h('p', { class: 'hint' }, 'Every map shows which input patches formed the token at the pointer. Click freezes it; click again to let go; ',
        h('kbd', {}, 'Shift'), '-click compares a second patch.'),
      h('div', { class: 'row' }, functionChoice, h('label', {}, comparing, ' second patch'), h('label', {}, cells, ' patches as they are'), summary),
      rows, others, exporter(() => ({ view: 'tokens', model: scene.model, image: scene.image, layer: layer(), function: view.state.function, ...(view.frozen() === null ? {}
        : { row: Math.floor(view.frozen() / grid.columns) + 1, column: view.frozen() % grid.columns + 1 }) }))));

  const layer = () => Math.min(layers, Math.max(2, +(view.state.layer ?? layers)));

  /** The patch part of a row; the own entry is replaced by the largest of the others, which it would drown. */
  function patches(answer, at, token) {
    const n = answer.rows.shape[1], values = answer.rows.values.slice(at * n + grid.prefix, (at + 1) * n), own = token - grid.prefix;
    if (own >= 0 && n > grid.prefix + 1) {
      values[own] = -Infinity;
      values[own] = values.reduce((a, b) => Math.max(a, b));
    }
    return values;
  }

  function draw(answer, token, list) {
    list.forEach(({ photo, button }, i) => {
      photo.cells = token >= grid.prefix ? [{ cell: token - grid.prefix, color: list === thumbs ? '#ffffff' : '#f7b538' }] : [];
      photo.show({ values: patches(answer, i, token) });
      button.setAttribute('aria-pressed', String(i + 2 === layer()));
    });
  }

  function redraw() {
    if (!shown) { for (const t of thumbs) t.photo.draw(); return; }
    const { answer, token, name } = shown, values = patches(answer, layer() - 2, token);
    draw(answer, token, thumbs);
    large.cells = [...(token >= grid.prefix ? [{ cell: token - grid.prefix, color: '#4cc9f0' }] : []),
      ...(view.state.other === undefined ? [] : [{ cell: +view.state.other, color: '#f7b538' }])];
    large.show({ values });
    const { low, high } = range(values, false);
    scale.replaceChildren(...(high > low ? [h('span', {}, number(low)), h('i', {}), h('span', {}, number(high))] : [h('span', {}, 'the map is constant')]));
    const bar = scale.querySelector('i');
    if (bar) bar.style.background = gradient(false);
    told.textContent = `${name}, layer ${layer()}: ${answer.facts.exact ? 'exact' : 'its largest rows'}, ${shown.took.toFixed(0)} ms`;
    told.dataset.took = shown.took.toFixed(1);
  }

  const point = cell => pointToken(cell + grid.prefix, `patch ${Math.floor(cell / grid.columns) + 1}, ${cell % grid.columns + 1}`);

  async function pointToken(token, name) {
    clearTimeout(timer);
    exactly.end();
    const parameters = { ...scene.words, token, function: view.state.function }, began = performance.now();
    try {
      const answer = await ask.ask('token', parameters);
      if (!answer) return;
      shown = { answer, token, name, took: performance.now() - began };
      redraw();
      timer = setTimeout(async () => {
        const start = performance.now();
        try {
          const exact = await exactly.ask('token-exact', parameters);
          if (exact && shown?.token === token) { shown = { answer: exact, token, name, took: performance.now() - start }; redraw(); }
        } catch (e) { say(e.message, true); }
      }, LINGER);
    } catch (e) { say(e.message, true); }
  }

  async function compare() {
    others.hidden = view.state.other === undefined;
    if (others.hidden) return;
    const token = +view.state.other + grid.prefix;
    const answer = await new Latest().ask('token-exact', { ...scene.words, token, function: view.state.function });
    if (answer) draw(answer, token, second);
  }

  function update() {
    functionChoice.querySelector('select').value = view.state.function ?? 's';
    if (view.frozen() !== null) point(view.frozen());
    else if (!shown) point(Math.floor(grid.rows / 2) * grid.columns + Math.floor(grid.columns / 2));
    else redraw();
    compare().catch(e => say(e.message, true));
  }
  update();
  return { element, update, end() { clearTimeout(timer); ask.end(); exactly.end(); } };
}
