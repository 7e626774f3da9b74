// The attention of one token, head by head.

import { h, choose, say } from './dom.js';
import { Latest } from './net.js';
import { Photo } from './photo.js';
import { exporter } from './work.js';

export function headsView(scene, view) {
  const { grid } = scene.facts, ask = new Latest();
  const step = () => Math.min(scene.steps.length - 1, +(view.state.step ?? scene.steps.length - 1));
  const large = new Photo({ image: scene.picture, grid, label: 'The photograph: choose the patch whose attention is shown', width: 520,
    onpoint: cell => { if (view.frozen() === null && cell !== null) show(cell + grid.prefix); },
    onpick: cell => view.set({ token: view.frozen() === cell ? null : cell }) });
  const list = h('div', { class: 'layers' }), told = h('p', { class: 'told' });
  const steps = choose('Layer', scene.steps.map((s, i) => ({ value: String(i), text: `${i + 2} of ${scene.steps.length + 1}: ${s.site}` })), String(step()),
    value => view.set({ step: value }));
  const prefix = grid.prefix > 0 && h('button', { type: 'button', class: 'quiet', onclick: () => show(0) }, 'class token');
  let photos = [], shown = 0;

  async function show(token) {
    try {
      const answer = await ask.ask('heads', { ...scene.words, step: step(), token });
      if (!answer) return;
      const [count, n] = answer.heads.shape;
      if (photos.length !== count) {
        photos = Array.from({ length: count }, (_, i) => new Photo({ image: scene.picture, grid, label: `Head ${i}`, width: 190 }));
        list.replaceChildren(...photos.map((p, i) => h('figure', {}, p.element, h('figcaption', {}, `head ${i}`))));
      }
      const cells = token >= grid.prefix ? [{ cell: token - grid.prefix, color: '#4cc9f0' }] : [];
      photos.forEach((photo, i) => { photo.cells = cells; photo.show({ values: answer.heads.values.slice(i * n + grid.prefix, (i + 1) * n) }); });
      large.cells = cells;
      const mean = new Float32Array(n - grid.prefix);
      for (let i = 0; i < count; i++) for (let k = 0; k < mean.length; k++) mean[k] += answer.heads.values[i * n + grid.prefix + k] / count;
      large.show({ values: mean });
      shown = token;
      told.textContent = `Mean over ${count} heads: what ${token < grid.prefix ? 'the class token' : 'this patch'} reads to form layer ${step() + 2}.`;
    } catch (e) { say(e.message, true); }
  }

  const element = h('section', { class: 'two' }, h('div', {}, large.element, told),
    h('div', {}, h('h2', {}, 'Attention, head by head'), h('div', { class: 'row' }, steps, prefix), list,
      exporter(() => ({ view: 'attention', model: scene.model, image: scene.image, layer: step() + 2, ...(shown < grid.prefix ? {}
        : { row: Math.floor((shown - grid.prefix) / grid.columns) + 1, column: (shown - grid.prefix) % grid.columns + 1 }) }))));
  const update = () => show(view.frozen() === null ? 0 : view.frozen() + grid.prefix);
  update();
  return { element, update, end() { ask.end(); } };
}
