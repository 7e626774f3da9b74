// Questions about pictures: words and regions that decided the answer, or why this answer rather than that.

import { h, choose, say } from './dom.js';
import { Latest } from './net.js';
import { Photo } from './photo.js';
import { bars, classChoice, ranked } from './classes.js';
import { shade } from './words.js';
import { exporter } from './work.js';

export function questionView(scene, view) {
  const { tokens, special, regions } = scene.facts, latest = new Latest();
  const cls = () => +(view.state.class ?? ranked(scene)[0].index), against = () => view.state.against === undefined ? null : +view.state.against;
  const method = () => view.state.method ?? 'absolute';
  const photo = new Photo({ image: scene.picture, label: 'The photograph with its regions', width: 640 });
  const text = h('p', { class: 'words large' }), told = h('p', { class: 'told', role: 'status' }), list = h('div', {}), regionList = h('ol', { class: 'steps' });
  const methods = choose('Method', scene.methods.filter(m => !m.whyNot).map(m => ({ value: m.name, text: m.name, title: m.meaning })), method(), value => view.set({ method: value }));

  async function update() {
    list.replaceChildren(bars(scene, cls(), index => view.set({ class: index, against: null })));
    try {
      const answer = await latest.ask('answer', { ...scene.words, class: cls(), against: against(), method: method() });
      if (!answer) return;
      const most = v => v ? v.values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) : 0, image = answer.image, top = most(image);
      // tokens that frame the question stay without colour: the first holds the identity, which would drown the words
      const words = answer.text ? { values: answer.text.values.map((v, i) => special[i] ? 0 : v) } : null, strongest = most(words) || 1;
      text.replaceChildren(...tokens.map((token, i) => shade(token.replace(/^##/, ''), words ? words.values[i] / strongest : 0, token.startsWith('##') ? '' : ' ')));
      photo.boxes = regions.map((r, i) => { const share = image ? image.values[i] / (top || 1) : 0;
        return { left: r.box[0], top: r.box[1], width: r.box[2] - r.box[0], height: r.box[3] - r.box[1], strong: share > 0.6, text: share > 0.35 ? r.name : '',
          color: share >= 0 ? `rgb(247 181 56 / ${0.15 + 0.85 * share})` : `rgb(76 160 240 / ${0.15 - 0.85 * share})` }; });
      photo.draw();
      regionList.replaceChildren(...regions.map((r, i) => [r.name || `region ${i}`, image ? image.values[i] : 0]).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, 6)
        .map(([name, v]) => h('li', {}, `${name} `, h('small', {}, v.toPrecision(3)))));
      told.textContent = answer.facts.meaning;
    } catch (e) { say(e.message, true); }
  }

  const element = h('section', { class: 'two' }, h('div', {}, text, photo.element, told),
    h('div', {}, h('h2', {}, 'The answer, and what decided it'), list, h('div', { class: 'row' }, classChoice(scene, 'Rather than', view.state.against, v => view.set({ against: v || null }), 'nothing'), methods),
      h('h3', {}, 'Regions'), regionList, exporter(() => ({ view: 'question', model: scene.model, image: scene.image, question: scene.words.question, class: cls(), against: against(), methods: method() }))));
  update();
  return { element, update, end() { latest.end(); } };
}
