// What class every token of every layer already stands for (class-embedding projection), and how one patch comes to it.

import { h, percent, short, say } from './dom.js';
import { ask } from './net.js';
import { Photo } from './photo.js';
import { curve } from './chart.js';
import { ranked, classChoice } from './classes.js';
import { exporter } from './work.js';

export function projectView(scene, view) {
  if (!scene.facts.projects) return { element: h('section', {}, h('h2', {}, 'Nothing to project on'), h('p', {}, 'Class-embedding projection needs a classifier that reads one token.')), update() {}, end() {} };
  const { grid } = scene.facts, list = h('div', { class: 'layers' }), chart = h('div', { class: 'paper' }), told = h('p', { class: 'told', role: 'status' });
  const cls = () => +(view.state.class ?? ranked(scene)[0].index);
  let photos = [], answer = null, key = '', pointed = null;

  async function load() {
    if (key === String(cls())) return evolve(view.frozen());
    key = String(cls());
    try {
      answer = await ask('project', { ...scene.words, class: cls() });
      const [layers, n] = answer.probability.shape;
      photos = Array.from({ length: layers }, (_, i) => new Photo({ image: scene.picture, grid, label: `Layer ${i + 1}: probability of ${scene.facts.classes[cls()]} in every patch`, width: 200,
        onpoint: cell => { if (view.frozen() === null) evolve(cell); }, onpick: cell => view.set({ token: view.frozen() === cell ? null : cell }) }));
      photos.forEach((photo, i) => photo.show({ values: answer.probability.values.slice(i * n + grid.prefix, (i + 1) * n), options: { scale: { low: 0, high: 1 } } }));
      list.replaceChildren(...photos.map((photo, i) => h('figure', {}, photo.element, h('figcaption', {}, `layer ${i + 1}: ${short(scene.facts.classes[answer.best.values[i * n]])} in the class token`))));
      evolve(view.frozen());
    } catch (e) { say(e.message, true); key = ''; }
  }

  function evolve(cell) {
    if (!answer || cell === undefined) return;
    pointed = cell ?? pointed ?? Math.floor(grid.rows / 2) * grid.columns + Math.floor(grid.columns / 2);
    const [layers, n] = answer.probability.shape, token = pointed + grid.prefix, x = Array.from({ length: layers }, (_, i) => i / (layers - 1));
    for (const photo of photos) { photo.cells = [{ cell: pointed, color: '#4cc9f0' }]; photo.draw(); }
    const of = t => x.map((_, i) => answer.probability.values[i * n + t]);
    chart.replaceChildren(h('h3', {}, `How ${short(scene.facts.classes[cls()])} comes about`), curve([{ name: 'this patch', x, y: of(token), color: 'var(--accent)' },
      ...(grid.prefix > 0 ? [{ name: 'class token', x, y: of(0), color: 'var(--warm)' }] : [])], 'from the first layer to the last', 'probability'),
      h('ol', { class: 'steps' }, x.map((_, i) => h('li', {}, `layer ${i + 1}: ${short(scene.facts.classes[answer.best.values[i * n + token]])} `, h('small', {},
        `${percent(answer.sure.values[i * n + token])}; ${short(scene.facts.classes[cls()])} is ${answer.rank.values[i * n + token] + 1}${['st', 'nd', 'rd'][answer.rank.values[i * n + token]] ?? 'th'}`)))));
    told.textContent = `Patch ${Math.floor(pointed / grid.columns) + 1}, ${pointed % grid.columns + 1}.`;
  }

  const element = h('section', { class: 'two' }, h('div', {}, h('h2', {}, 'What does every token stand for?'),
    h('p', { class: 'hint' }, 'Every token projected on the embeddings of the classes, layer by layer: the probability of the chosen class.'),
    h('div', { class: 'row' }, classChoice(scene, 'Class', cls(), value => view.set({ class: value }))), list),
    h('div', {}, chart, told, exporter(() => ({ view: 'project', model: scene.model, image: scene.image, class: cls() }))));
  load();
  return { element, update: load, end() {} };
}
