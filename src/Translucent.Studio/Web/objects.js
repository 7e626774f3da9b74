// Detectors: boxes; click one to see which part of the picture decided it.

import { h, choose, percent, number, say } from './dom.js';
import { Latest } from './net.js';
import { gradient, range, segmentColor } from './color.js';
import { Photo } from './photo.js';
import { exporter } from './work.js';

const USUAL = ['absolute', 'positive', 'gae', 'odam', 'raw'];

export function objectsView(scene, view) {
  const { grid, objects, weaker } = scene.facts, all = [...objects, ...weaker], latest = new Latest();
  if (!all.length) return { element: h('section', {}, h('h2', {}, 'No object'), h('p', {}, 'The detector finds nothing here with a score above 10 %.')), update() {}, end() {} };
  const query = () => +(view.state.query ?? all[0].query), method = () => view.state.method ?? 'absolute';
  const object = () => all.find(o => o.query === query()) ?? all[0];
  const large = new Photo({ image: scene.picture, grid, label: 'The photograph with what was found', width: 720, onpick: () => {} });
  large.canvas.addEventListener('click', event => {
    const box = large.canvas.getBoundingClientRect(), x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    const hit = all.filter(o => x >= o.left && x <= o.left + o.width && y >= o.top && y <= o.top + o.height).sort((a, b) => a.width * a.height - b.width * b.height)[0];
    if (hit) view.set({ query: hit.query });
  });
  const list = h('ul', { class: 'bars' }), told = h('p', { class: 'told', role: 'status' }), scale = h('div', { class: 'scale' }), grids = h('div', { class: 'layers' });
  const methods = choose('Method', scene.methods.filter(m => !m.whyNot).map(m => ({ value: m.name, text: m.name, title: m.meaning })), method(), value => view.set({ method: value }));

  async function update() {
    large.boxes = all.map((o, i) => ({ left: o.left, top: o.top, width: o.width, height: o.height, color: segmentColor(i), strong: o.query === object().query,
      text: o.score > 0.5 || o.query === object().query ? `${o.label} ${o.score.toFixed(2)}` : '' }));
    list.replaceChildren(...all.map((o, i) => { const bar = h('i', {}); bar.style.width = `${100 * o.score}%`; bar.style.background = segmentColor(i);
      return h('li', {}, h('button', { type: 'button', 'aria-pressed': String(o.query === object().query), onclick: () => view.set({ query: o.query }) },
        h('span', {}, o.label), h('span', { class: 'track' }, bar), h('b', {}, percent(o.score)))); }));
    large.draw();
    told.textContent = 'explaining…';
    try {
      const answer = await latest.ask('object', { ...scene.words, query: object().query, method: method() });
      if (!answer) return;
      large.show({ values: answer.image.values, options: { signed: answer.facts.signed } });
      const { low, high } = range(answer.image.values, answer.facts.signed), bar = h('i', {});
      bar.style.background = gradient(answer.facts.signed);
      scale.replaceChildren(...(high > low ? [h('span', {}, number(low)), bar, h('span', {}, number(high))] : ['the map is constant']));
      told.textContent = `${object().label}, query ${object().query}: ${answer.facts.meaning}`;
      const others = [];
      for (const name of USUAL.filter(u => u !== method() && scene.methods.some(m => m.name === u && !m.whyNot))) {
        const photo = new Photo({ image: scene.picture, grid, label: name, width: 190 });
        others.push([name, photo]);
      }
      grids.replaceChildren(...others.map(([name, photo]) => h('figure', {}, h('button', { type: 'button', onclick: () => view.set({ method: name }) }, photo.element, h('span', {}, name)))));
      for (const [name, photo] of others) {
        const other = await latest.ask('object', { ...scene.words, query: object().query, method: name });
        if (!other) return;
        photo.show({ values: other.image.values, options: { signed: other.facts.signed } });
      }
    } catch (e) { told.textContent = ''; say(e.message, true); }
  }

  const element = h('section', { class: 'two' }, h('div', {}, large.element, scale, told),
    h('div', {}, h('h2', {}, 'What was found, and why'), h('p', { class: 'hint' }, 'Click a box or a line.'), list, h('div', { class: 'row' }, methods), grids,
      exporter(() => ({ view: 'objects', model: scene.model, image: scene.image, query: object().query, methods: USUAL.includes(method()) ? USUAL.join(',') : method() }))));
  update();
  return { element, update, end() { latest.end(); } };
}
