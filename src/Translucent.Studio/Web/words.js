// Texts: words that decided a class; what each token of a summary came from and what a word fed; what every layer would say next.

import { h, choose, percent, say } from './dom.js';
import { ask, Latest } from './net.js';
import { bars, classChoice, ranked } from './classes.js';
import { exporter } from './work.js';

/** Colours an element by a share; how strong the strongest is, light and dark pages decide. */
export function tint(element, share) {
  element.classList.add('tinted');
  element.classList.toggle('against', share < 0);
  element.style.setProperty('--share', Math.min(1, Math.abs(share)).toFixed(4));
}

/** A word on the colour of its share, -1 .. 1: orange for, blue against. */
export function shade(text, share, before = '') {
  const element = h('span', { class: 'word' }, text);
  tint(element, share);
  return h('span', {}, before, element);
}

/** The text with a span for every token, so that nothing between tokens is lost. */
export function tokenSpans(facts, attributes) {
  const spans = new Map(), parts = [];
  let at = 0;
  facts.tokens.forEach((t, i) => {
    if (t.special || t.end <= at) return;
    if (t.start > at) parts.push(facts.text.slice(at, t.start));
    const span = h('span', { class: 'word', ...attributes(i) }, facts.text.slice(Math.max(at, t.start), t.end));
    spans.set(i, span);
    parts.push(span);
    at = t.end;
  });
  parts.push(facts.text.slice(at));
  oneStop([...spans.values()].filter(span => span.hasAttribute('tabindex')));
  return { spans, parts };
}

/** One stop of the Tab key for all words; the arrows, Home and End go from word to word. */
function oneStop(words) {
  words.forEach((word, n) => {
    word.tabIndex = n ? -1 : 0;
    word.addEventListener('focus', () => words.forEach(other => { other.tabIndex = other === word ? 0 : -1; }));
    word.addEventListener('keydown', event => {
      const to = words[{ ArrowRight: n + 1, ArrowDown: n + 1, ArrowLeft: n - 1, ArrowUp: n - 1, Home: 0, End: words.length - 1 }[event.key]];
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
  });
}

function color(spans, value, most) {
  for (const [i, span] of spans) {
    tint(span, value(i) / (most || 1));
    span.title = value(i).toPrecision(4);
  }
}

export function textView(scene, view) {
  const latest = new Latest(), told = h('p', { class: 'told', role: 'status' }), list = h('div', {});
  const fitting = scene.methods.filter(m => !m.whyNot && !['integrated_gradients_pixels'].includes(m.name));
  const cls = () => +(view.state.class ?? ranked(scene)[0].index), against = () => view.state.against === undefined ? null : +view.state.against;
  const method = () => view.state.method ?? (fitting.some(m => m.name === 'attn_lrp') ? 'attn_lrp' : 'gae');
  const { spans, parts } = tokenSpans(scene.facts, () => ({})), top = h('ol', { class: 'steps' });
  const methods = choose('Method', fitting.map(m => ({ value: m.name, text: m.name, title: m.meaning })), method(), value => view.set({ method: value }));

  async function update() {
    list.replaceChildren(bars(scene, cls(), index => view.set({ class: index, against: null })));
    try {
      const answer = await latest.ask('words', { ...scene.words, method: method(), class: cls(), against: against() });
      if (!answer) return;
      const row = answer.row.values, value = i => row[i];
      color(spans, value, [...spans.keys()].reduce((a, i) => Math.max(a, Math.abs(row[i])), 0));
      top.replaceChildren(...[...spans.keys()].sort((a, b) => Math.abs(row[b]) - Math.abs(row[a])).slice(0, 8).map(i => h('li', {}, spans.get(i).textContent, ' ', h('small', {}, row[i].toPrecision(3)))));
      told.textContent = `${answer.facts.meaning}`;
    } catch (e) { say(e.message, true); }
  }
  const element = h('section', { class: 'two' }, h('div', {}, h('h2', {}, 'Which words decided?'), h('p', { class: 'words large' }, parts), told),
    h('div', {}, list, h('div', { class: 'row' }, methods, classChoice(scene, 'Rather than', view.state.against, v => view.set({ against: v || null }), 'nothing')), h('h3', {}, 'Most relevant'), top,
      exporter(() => ({ view: 'text', model: scene.model, text: scene.words.text, methods: method(), class: cls(), against: against() }))));
  update();
  return { element, update, end() { latest.end(); } };
}

export function summaryView(scene, view) {
  const facts = scene.facts, inSummary = new Set(facts.summary), inContext = new Set(facts.context);
  const method = () => view.state.method ?? 'ultra', layer = () => view.state.layer ?? scene.layers;
  let answer = null, key = '';
  const pick = i => { if (!answer) return; if (inSummary.has(i)) ofSummary(i); else if (inContext.has(i)) ofWord(i); };
  const { spans, parts } = tokenSpans(facts, i => ({ tabindex: inSummary.has(i) || inContext.has(i) ? '0' : null, class: inSummary.has(i) ? 'word summary' : 'word',
    onpointerenter: () => pick(i), onfocus: () => pick(i), onpointerleave: () => whole() }));
  const told = h('p', { class: 'told', role: 'status' });
  const methods = choose('Method', scene.methods.filter(m => !m.whyNot).map(m => ({ value: m.name, text: m.name, title: m.meaning })), method(), value => view.set({ method: value }));
  const layers = choose('Layer (ultra)', Array.from({ length: scene.layers - 1 }, (_, i) => ({ value: String(i + 2), text: `${i + 2}` })), String(layer()), value => view.set({ layer: value }));

  const rowOf = s => { const n = answer.rows.shape[1]; return answer.rows.values.subarray(s * n, (s + 1) * n); };
  const most = value => facts.context.reduce((a, i) => Math.max(a, Math.abs(value(i))), 0);
  const mark = chosen => { for (const [i, span] of spans) span.classList.toggle('chosen', i === chosen); };

  function whole() {
    if (!answer) return;
    const count = answer.rows.shape[0], value = i => { if (!inContext.has(i)) return 0; let sum = 0; for (let s = 0; s < count; s++) sum += rowOf(s)[i]; return sum / count; };
    color(spans, value, most(value)); mark(null);
    told.textContent = `What the whole summary came from. Point at a word of the summary, or at one of the text to see what it fed. ${answer.facts.meaning}`;
  }
  function ofSummary(i) {
    const row = rowOf(facts.summary.indexOf(i)), value = k => inContext.has(k) ? row[k] : 0;
    color(spans, value, most(value)); mark(i);
    told.textContent = `What “${spans.get(i).textContent.trim()}” came from.`;
  }
  function ofWord(i) {
    const value = k => inSummary.has(k) ? rowOf(facts.summary.indexOf(k))[i] : 0;
    color(spans, value, facts.summary.reduce((a, k) => Math.max(a, Math.abs(value(k))), 0)); mark(i);
    told.textContent = `What “${spans.get(i).textContent.trim()}” fed.`;
  }
  async function update() {
    const now = `${method()} ${layer()}`;
    if (now === key) return;
    key = now;
    told.textContent = 'explaining every token of the summary…';
    try { answer = await ask('summary', { ...scene.words, method: method(), layer: method() === 'ultra' ? layer() : null }); whole(); } catch (e) { told.textContent = ''; say(e.message, true); key = ''; }
  }
  const element = h('section', {}, h('h2', {}, 'What in the text made the summary?'), h('div', { class: 'row' }, methods, layers), h('p', { class: 'words large' }, parts), told,
    exporter(() => ({ view: 'summary', model: scene.model, text: scene.words.text, written: facts.written, methods: method(), layer: method() === 'ultra' ? layer() : null })));
  update();
  return { element, update, end() {} };
}

export function lensView(scene) {
  const body = h('div', { class: 'sticky', tabindex: '0', role: 'region', 'aria-label': 'Logit lens' }, h('p', { class: 'pending' }, 'reading every layer…')), facts = scene.facts;
  ask('lens', scene.words).then(({ facts: lens }) => {
    const name = i => { const t = facts.tokens[i]; return t.special ? t.token : facts.text.slice(t.start, t.end) || t.token; };
    body.replaceChildren(h('table', { class: 'lens' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'layer'), lens.positions.map(p => h('th', { scope: 'col' }, name(p))))),
      h('tbody', {}, lens.top.map((layer, l) => h('tr', {}, h('th', { scope: 'row' }, `${l + 1}`), layer.map(tokens => {
        const cell = h('td', { title: tokens.map(t => `${JSON.stringify(t.text)} ${percent(t.probability)}`).join('\n') }, tokens[0].text.replaceAll('\n', '⏎') || '·');
        tint(cell, -tokens[0].probability);
        return cell;
      }))).reverse())));
  }).catch(e => body.replaceChildren(h('p', { class: 'problem' }, e.message)));
  return { element: h('section', {}, h('h2', {}, 'What would each layer say next?'), h('p', { class: 'hint' }, 'Behind each token of the first line, the likeliest next token if the model ended at that layer.'), body,
    exporter(() => ({ view: 'lens', model: scene.model, text: facts.text }))), update() {}, end() {} };
}
