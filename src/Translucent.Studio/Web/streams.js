// Any token of any stream, patches, words, queries or regions: what formed it in a layer, or what a head reads for it, drawn over every stream at once.

import { h, choose, percent, say } from './dom.js';
import { Latest } from './net.js';
import { Photo } from './photo.js';
import { tint, tokenSpans } from './words.js';
import { exporter } from './work.js';

const CURSOR = '#4cc9f0';

export function streamsView(scene, view) {
  const { facts, streams, steps } = scene, latest = new Latest(), found = [...(facts.objects ?? []), ...(facts.weaker ?? [])];
  const named = name => streams.find(s => s.name === name);
  const first = streams.find(s => s.tokens === 'slots') ?? streams.find(s => s.tokens === 'words') ?? streams[0];
  const usual = s => s.tokens === 'slots' ? found[0]?.query ?? 0 : s.tokens === 'words' && !facts.regions ? panels.get(s.name).last : 0;
  let at = null; // the token that is shown: {stream, token}

  const stream = () => named(view.state.stream) ?? first;
  const layer = s => Math.min(s.layers, Math.max(2, +(view.state.layer ?? s.layers)));
  const step = s => { const i = view.state.step === undefined ? -1 : +view.state.step; return steps[i]?.queries === s.name ? i : -1; };
  const head = i => { const n = view.state.head === undefined ? -1 : +view.state.head; return n < steps[i].heads ? n : -1; };

  const title = (s, token) => s.tokens === 'patches' ? (token < facts.grid.prefix ? `prefix token ${token}` : `patch ${Math.floor((token - facts.grid.prefix) / facts.grid.columns) + 1}, ${(token - facts.grid.prefix) % facts.grid.columns + 1}`)
    : s.tokens === 'slots' ? [`query ${token}`, found.find(o => o.query === token)?.label].filter(Boolean).join(': ')
      : s.tokens === 'regions' ? [`region ${token}`, facts.regions[token]?.name].filter(Boolean).join(': ') : `“${panels.get(s.name).text(token)}”`;
  const events = (s, token) => ({ onpointerenter: () => point(s, token), onfocus: () => point(s, token), onclick: () => pick(s, token) });

  const kinds = {
    patches(s) {
      const photo = new Photo({ image: scene.picture, grid: facts.grid, label: `The ${s.name}: point at a patch, or move with the arrow keys`, width: 640,
        onpoint: cell => { if (cell !== null) point(s, cell + facts.grid.prefix); }, onpick: cell => pick(s, cell + facts.grid.prefix) });
      return { element: photo.element, draw(values, chosen) {
        const object = at.stream.tokens === 'slots' ? found.find(o => o.query === at.token) : null;
        photo.boxes = object ? [{ ...object, color: CURSOR, text: object.label, strong: true }] : [];
        photo.cells = chosen === null || chosen < facts.grid.prefix ? [] : [{ cell: chosen - facts.grid.prefix, color: CURSOR }];
        photo.show(values && { values: values.slice(facts.grid.prefix) });
      } };
    },
    regions(s) {
      const photo = new Photo({ image: scene.picture, label: 'The photograph with its regions', width: 640 }), buttons = tokens(s, i => facts.regions[i]?.name || `region ${i}`);
      return { element: h('div', {}, photo.element, buttons.element), draw(values, chosen) {
        const most = largest(values);
        photo.boxes = facts.regions.map((r, i) => ({ left: r.box[0], top: r.box[1], width: r.box[2] - r.box[0], height: r.box[3] - r.box[1], strong: i === chosen, text: i === chosen ? r.name : '',
          color: i === chosen ? CURSOR : `rgb(247 181 56 / ${values ? 0.3 + 0.7 * Math.max(0, values[i]) / most : 0.45})` }));
        photo.draw();
        buttons.draw(values, chosen);
      } };
    },
    slots: s => tokens(s, i => { const object = found.find(o => o.query === i); return object ? `${i} ${object.label}` : `${i}`; }),
    words(s) {
      if (facts.regions) return tokens(s, i => facts.tokens[i]); // a question, every token of it
      const { spans, parts } = tokenSpans(facts, i => ({ tabindex: '0', ...events(s, i), onkeydown: e => { if (e.key === 'Enter') pick(s, i); } }));
      return { element: h('p', { class: 'words large' }, parts), last: [...spans.keys()].at(-1) ?? 0, text: i => spans.get(i)?.textContent.trim() ?? facts.tokens[i].token, draw: shadeAll(spans) };
    },
  };

  const largest = values => values ? values.reduce((a, v) => Math.max(a, v), 0) || 1 : 1;
  const shadeAll = elements => (values, chosen) => {
    const most = values ? [...elements.keys()].reduce((a, i) => Math.max(a, values[i]), 0) || 1 : 1;
    for (const [i, element] of elements) { tint(element, values ? values[i] / most : 0); element.classList.toggle('chosen', i === chosen); element.title = values ? values[i].toPrecision(4) : ''; }
  };
  function tokens(s, name) {
    const buttons = new Map(Array.from({ length: s.length }, (_, i) => [i, h('button', { type: 'button', ...events(s, i) }, name(i))]));
    return { element: h('p', { class: 'tokens' }, [...buttons.values()]), text: name, draw: shadeAll(buttons) };
  }

  const panels = new Map(streams.map(s => [s.name, kinds[s.tokens](s)]));
  const told = h('p', { class: 'told', role: 'status' }), controls = h('div', { class: 'inner' });
  const streamChoice = choose('Stream', streams.map(s => ({ value: s.name, text: `${s.name}, ${s.length} tokens` })), stream().name, name => view.set({ stream: name, token: null, step: null, head: null, layer: null }));
  let controlled = '';

  /** What depends on the stream: its layers, who reads in it, and the heads of that. What is there already stays, so that it keeps the focus. */
  function control(s) {
    const own = steps.map((t, i) => ({ ...t, i })).filter(t => t.queries === s.name), i = step(s), key = `${s.name} ${i}`;
    if (controlled !== key) {
      const focused = controls.querySelector('select:focus')?.dataset.name;
      const offer = (name, label, options, changes) => choose(label, options, '', v => view.set(changes(v || null)), { 'data-name': name });
      controls.replaceChildren(
        offer('step', 'Shown', [{ value: '', text: 'what formed it (ULTra)' }, ...own.map(t => ({ value: String(t.i), text: `what it reads: ${t.site.replace(/\.probs$/, '')}` }))], v => ({ step: v, head: null })),
        ...(i < 0 ? [offer('function', 'A token stands for', [{ value: '', text: 'its sum (S)' }, { value: 'e', text: 'its energy (E)' }], v => ({ function: v })),
          offer('layer', 'Layer', Array.from({ length: s.layers - 1 }, (_, k) => ({ value: String(k + 2), text: `${k + 2}` })), v => ({ layer: v }))]
          : [offer('head', 'Head', [{ value: '', text: 'mean of all' }, ...Array.from({ length: steps[i].heads }, (_, k) => ({ value: String(k), text: `${k}` }))], v => ({ head: v }))]));
      controls.querySelector(`[data-name='${focused}']`)?.focus();
      controlled = key;
    }
    const now = { step: i < 0 ? '' : String(i), function: view.state.function ?? '', layer: String(layer(s)), head: i < 0 || head(i) < 0 ? '' : String(head(i)) };
    for (const select of controls.querySelectorAll('select')) select.value = now[select.dataset.name];
  }

  /** Numbers by streams. */
  async function read(s, token) {
    const i = step(s);
    if (i >= 0) {
      const answer = await latest.ask('heads', { ...scene.words, step: i, token });
      if (!answer) return null;
      const [count, n] = answer.heads.shape, row = k => answer.heads.values.subarray(k * n, (k + 1) * n), one = head(i);
      const values = one >= 0 ? row(one) : Float32Array.from({ length: n }, (_, k) => { let sum = 0; for (let j = 0; j < count; j++) sum += row(j)[k]; return sum / count; });
      return new Map([[answer.facts.values, values]]);
    }
    const answer = await latest.ask('token', { ...scene.words, token, function: view.state.function, ...(streams.length > 1 ? { stream: s.name, layer: layer(s) } : {}) });
    if (!answer) return null;
    if (streams.length > 1) return Object.assign(new Map(streams.map(t => [t.name, answer[t.name].values])), { shares: answer.facts.shares });
    const n = answer.rows.shape[1];
    return new Map([[s.name, answer.rows.values.subarray((layer(s) - 2) * n, (layer(s) - 1) * n)]]);
  }

  async function show(s, token) {
    try {
      const began = performance.now(), values = await read(s, token);
      if (!values) return;
      at = { stream: s, token };
      const took = performance.now() - began, i = step(s);
      if (i < 0) { // the own entry is drawn as the largest of the others, which it would drown
        const own = values.get(s.name).slice();
        own[token] = 0;
        const shares = Object.entries(values.shares ?? {}).filter((_, k, all) => all.some(([, v]) => v > 0)).map(([name, v]) => `${name} ${percent(v)}`).join(', ');
        told.textContent = `What formed ${title(s, token)} of ${s.name} in layer ${layer(s)}${shares && `, beside itself: ${shares}`} (${took.toFixed(0)} ms).`;
        own[token] = largest(own);
        values.set(s.name, own);
      } else told.textContent = `What ${title(s, token)} reads of ${[...values.keys()][0]} in ${steps[i].site}, ${head(i) < 0 ? `mean of ${steps[i].heads} heads` : `head ${head(i)} of 0 to ${steps[i].heads - 1}`}.`;
      for (const t of streams) panels.get(t.name).draw(values.get(t.name) ?? null, t === s ? token : null);
    } catch (e) { say(e.message, true); }
  }

  const point = (s, token) => { if (view.frozen() === null && s === stream() && (at?.token !== token || at.stream !== s)) show(s, token); };
  const pick = (s, token) => view.set(view.frozen() === token && s === stream() ? { token: null } : { stream: s.name, token, ...(s === stream() ? {} : { step: null, head: null, layer: null }) });

  function update() {
    const s = stream();
    streamChoice.querySelector('select').value = s.name;
    control(s);
    const token = view.frozen() ?? (at?.stream === s ? at.token : usual(s));
    show(s, Math.min(token, s.length - 1));
  }

  /** The token as the command names it: patches by row and column. */
  function place() {
    if (!at || at.stream !== stream()) return {};
    if (at.stream.tokens !== 'patches') return { token: at.token };
    const cell = at.token - facts.grid.prefix;
    return { row: Math.floor(cell / facts.grid.columns) + 1, column: cell % facts.grid.columns + 1 };
  }

  const exported = exporter(() => {
    const s = stream(), i = step(s), shown = i < 0 ? { view: 'tokens', stream: streams.length > 1 ? s.name : null, layer: layer(s), function: view.state.function }
      : { view: 'attention', site: steps[i].site, head: head(i) < 0 ? null : head(i) };
    return { ...shown, model: scene.model, image: facts.tokens && !facts.regions ? null : scene.image, question: scene.words.question, text: facts.text, ...place() };
  });
  const element = h('section', { class: 'two' }, h('div', {}, streams.map(s => h('div', { class: 'stream' }, streams.length > 1 ? h('h3', {}, s.name) : null, panels.get(s.name).element))),
    h('div', {}, h('h2', {}, streams.length > 1 ? 'Any token, and what it is made of' : 'What is a word made of?'),
      h('p', { class: 'hint' }, streams.length > 1 ? 'Point at a token of the chosen stream, or click one of any stream. A click keeps it, another lets it go.' : 'Point at a word. A click keeps it, another lets it go.'), h('div', { class: 'row' }, streams.length > 1 ? streamChoice : null, controls), told, exported));
  update();
  return { element, update, end() { latest.end(); } };
}
