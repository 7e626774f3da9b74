// Methods by classes: a grid that fills as maps come, a cursor in all of them at once, trust on demand, and patches painted out.

import { h, choose, slide, percent, number, short, say } from './dom.js';
import { ask, follow, Latest } from './net.js';
import { gradient, range } from './color.js';
import { Photo } from './photo.js';
import { curve } from './chart.js';
import { exporter } from './work.js';

const USUAL = ['gae', 'tokentm', 'attn_lrp', 'gradient_x_input', 'rollout'];

export function ranked(scene) {
  return scene.facts.probabilities.map((p, i) => ({ index: i, p, label: scene.facts.classes[i] })).sort((a, b) => b.p - a.p);
}

export function bars(scene, chosen, onchoose) {
  return h('ul', { class: 'bars', 'aria-label': 'What the model predicts' }, ranked(scene).slice(0, 6).map(c => {
    const bar = h('i', {});
    bar.style.width = `${Math.max(0, Math.min(1, c.p)) * 100}%`;
    return h('li', {}, h('button', { type: 'button', title: c.label, 'aria-pressed': String(c.index === chosen), onclick: () => onchoose(c.index) },
      h('span', {}, short(c.label)), h('span', { class: 'track' }, bar), h('b', {}, scene.facts.meaning === 'Value' ? number(c.p) : percent(c.p))));
  }));
}

export function classChoice(scene, label, value, onchange, none = null) {
  const options = [...(none ? [{ value: '', text: none }] : []), ...ranked(scene).slice(0, 1000).map(c => ({ value: String(c.index), text: short(c.label), title: c.label }))];
  return choose(label, options, value === undefined ? (none ? '' : options[0].value) : String(value), onchange);
}

export function classesView(scene, view) {
  if (!scene.facts.classes.length)
    return { element: h('section', {}, h('h2', {}, 'This model has no classes'), h('p', {}, scene.facts.takesTexts
      ? 'It compares pictures with texts: type some beside the model.' : 'Its latent tokens can be pointed at, and segment the picture.')), update() {}, end() {} };
  const { grid } = scene.facts, first = ranked(scene);
  const fitting = scene.methods.filter(m => !m.whyNot);
  const methods = () => (view.state.methods ?? USUAL.filter(u => fitting.some(m => m.name === u)).join(',')).split(',').filter(m => fitting.some(f => f.name === m));
  const classes = () => (view.state.columns ?? first.slice(0, 3).map(c => c.index).join(',')).split(',').map(Number).filter(c => c < scene.facts.classes.length);
  const against = () => view.state.against === undefined ? null : +view.state.against;
  let table = new Map(), wanted = 0, cursor = null;
  const body = h('div', { class: 'sticky', tabindex: '0', role: 'region', 'aria-label': 'Maps of every method and class' }), told = h('p', { class: 'told', role: 'status' }), trust = h('div', { class: 'paper', hidden: true });

  function link(cell) {
    cursor = cell;
    for (const [key, { photo, values, value }] of table) {
      photo.cursor = cell;
      photo.draw();
      value.textContent = cell === null || !values ? '' : number(values[cell]);
    }
  }

  async function fill() {
    const turn = ++wanted;
    table = new Map();
    const head = h('tr', {}, h('th', { scope: 'col' }, 'method'), classes().map(c => h('th', { scope: 'col', title: scene.facts.classes[c] }, short(scene.facts.classes[c]),
      against() !== null && against() !== c ? h('small', {}, ` rather than ${short(scene.facts.classes[against()])}`) : null,
      h('small', {}, ` ${percent(scene.facts.probabilities[c])}`))));
    const lines = methods().map(name => {
      const method = fitting.find(m => m.name === name);
      return h('tr', {}, h('th', { scope: 'row', title: `${method.meaning} ${method.source}` }, name, h('small', {}, method.meaning)), classes().map(c => {
        const photo = new Photo({ image: scene.picture, grid, label: `${name} of ${scene.facts.classes[c]}`, width: 220, onpoint: link,
          onpick: () => judge(name, c) });
        const value = h('output', {}), note = h('small', { class: 'pending' }, 'waiting');
        table.set(`${name} ${c}`, { photo, value, note, method, cls: c });
        return h('td', {}, photo.element, h('div', { class: 'under' }, note, value));
      }));
    });
    body.replaceChildren(h('table', { class: 'grid' }, h('thead', {}, head), h('tbody', {}, lines)));
    for (const [, cell] of table) {
      if (turn !== wanted) return;
      const { photo, note, method, cls } = cell;
      try {
        const other = against() === cls || !method.takesDifferences ? null : against();
        const answer = await ask('map', { ...scene.words, method: method.name, class: cls, against: other });
        if (turn !== wanted) return;
        const [rows, columns] = answer.map.shape, options = { signed: answer.facts.signed };
        cell.values = rows === grid.rows && columns === grid.columns ? answer.map.values : null;
        photo.show({ values: answer.map.values, rows, columns, options });
        const { low, high } = range(answer.map.values, answer.facts.signed);
        const bar = h('i', {});
        bar.style.background = gradient(answer.facts.signed);
        note.className = '';
        note.replaceChildren(...(high > low ? [h('span', { class: 'scale' }, number(low), bar, number(high))] : ['constant: no colours']));
        if (other === null && against() !== null && against() !== cls) note.append(' explains the class alone');
      } catch (e) { note.className = 'problem'; note.textContent = e.message; }
    }
    told.textContent = `${table.size} maps. Point at a patch to read all of them there; click a map to see how far to trust it.`;
  }

  async function judge(method, cls) {
    trust.hidden = false;
    trust.replaceChildren(h('h3', {}, `${method} of ${short(scene.facts.classes[cls])}: how far to trust it`), h('p', { class: 'pending' }, 'deleting and inserting patches…'));
    trust.scrollIntoView({ block: 'nearest', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    try {
      const t = await ask('trust', { ...scene.words, method, class: cls });
      const line = (name, fact, better) => `${name}: area ${fact.area.toFixed(3)}, random orders ${fact.random.toFixed(3)}; ${better} in ${percent(fact.beats)} of ${fact.orders} orders. `;
      trust.replaceChildren(h('h3', {}, `${method} of ${short(scene.facts.classes[cls])}: how far to trust it`),
        curve([{ name: 'deletion', x: t.shares.values, y: t.deletion.values, color: 'var(--bad)' }, { name: 'insertion', x: t.shares.values, y: t.insertion.values, color: 'var(--good)' }],
          'share of patches', 'probability'),
        h('p', {}, line('Deletion (low is good)', t.facts.deletion, 'better'), line('Insertion (high is good)', t.facts.insertion, 'better')));
    } catch (e) { trust.replaceChildren(h('p', { class: 'problem' }, e.message)); }
  }

  const picks = h('details', {}, h('summary', {}, 'Methods'), h('div', { class: 'picks' }, scene.methods.map(m => h('label', { title: m.whyNot ?? m.meaning },
    h('input', { type: 'checkbox', checked: methods().includes(m.name), disabled: Boolean(m.whyNot), onchange: event => {
      const now = new Set(methods());
      if (event.target.checked) now.add(m.name); else now.delete(m.name);
      view.set({ methods: fitting.map(f => f.name).filter(n => now.has(n)).join(',') || null });
    } }), ` ${m.name}`, m.whyNot ? h('small', {}, ` ${m.whyNot}`) : null))));
  const add = classChoice(scene, 'Add a class', undefined, value => { if (value) view.set({ columns: [...new Set([...classes(), +value])].slice(-6).join(',') }); add.querySelector('select').value = ''; }, 'choose…');
  const rather = classChoice(scene, 'Rather than', view.state.against, value => view.set({ against: value || null }), 'nothing');
  const element = h('section', {}, h('div', { class: 'aside' }, bars(scene, classes()[0], index => view.set({ columns: [index, ...classes().filter(c => c !== index)].slice(0, 6).join(',') })),
    h('div', {}, h('h2', {}, 'Where does it see that?'), h('div', { class: 'row' }, add, rather,
      h('button', { type: 'button', class: 'quiet', onclick: () => view.set({ columns: null, against: null, methods: null }) }, 'start over')), picks)),
    body, told, trust, exporter(() => ({ view: 'classes', model: scene.model, image: scene.image, classes: scene.words.classes, methods: methods().join(','), class: classes()[0], against: against() })));
  fill();
  return { element, update: fill, end() { wanted++; } };
}

export function paintView(scene, view) {
  if (!scene.facts.classes.length) return classesView(scene, view);
  const { grid } = scene.facts, latest = new Latest(), first = ranked(scene), fitting = scene.methods.filter(m => !m.whyNot);
  const gone = () => new Set((view.state.gone ?? '').split(',').filter(Boolean).map(Number));
  const large = new Photo({ image: scene.picture, grid, label: 'The photograph: click patches to paint them out', width: 640,
    onpoint: () => {}, onpick: cell => { const now = gone(); if (!now.delete(cell)) now.add(cell); view.set({ gone: [...now].join(',') || null }); } });
  const list = h('ul', { class: 'bars' }), told = h('p', { class: 'told', role: 'status' }), chart = h('div', { class: 'paper' });
  const method = () => view.state.by ?? (fitting.some(m => m.name === 'gae') ? 'gae' : fitting[0].name), cls = () => +(view.state.class ?? first[0].index);
  let order = null, key = '', curving = new AbortController();

  async function show() {
    large.gone = gone();
    large.draw();
    try {
      const answer = await latest.ask('paint', { ...scene.words, patches: [...gone()].sort((a, b) => a - b).join(','), with: view.state.with });
      if (!answer) return;
      list.replaceChildren(...first.slice(0, 6).map(c => {
        const bar = h('i', {}), before = h('em', {}), p = answer.probabilities.values[c.index];
        bar.style.width = `${100 * p}%`;
        before.style.left = `${100 * c.p}%`;
        return h('li', {}, h('span', { title: c.label }, short(c.label)), h('span', { class: 'track' }, bar, before), h('b', {}, percent(p)));
      }));
      told.textContent = `${answer.facts.patches} of ${grid.rows * grid.columns} patches painted out; the marks are the whole picture's.`;
    } catch (e) { say(e.message, true); }
  }

  const share = slide('The top of the map', { min: 0, max: 100, value: 0 }, value => {
    if (!order) return;
    view.set({ gone: [...order.slice(0, Math.round(value / 100 * order.length))].join(',') || null });
  }, v => `${v} %`);

  async function drawCurve() {
    const now = `${method()} ${cls()} ${view.state.with}`;
    if (now === key) return;
    key = now; order = null;
    curving.abort();
    const { signal } = curving = new AbortController();
    const shown = [cls(), ...first.map(c => c.index).filter(i => i !== cls()).slice(0, 2)], note = h('p', { class: 'pending' }, 'patches go, the most relevant first…');
    const lines = shown.map((c, i) => ({ name: short(scene.facts.classes[c]), x: [], y: [], color: ['var(--accent)', 'var(--soft)', 'var(--warm)'][i] }));
    const head = h('h3', {}, `Deletion in the order of ${method()}`), drawn = () => curve(lines, 'share of patches painted out', 'probability');
    chart.replaceChildren(head, note);
    try {
      const answer = await follow('deletion', { ...scene.words, method: method(), class: cls(), with: view.state.with, shown: shown.join(',') }, part => {
        if (signal.aborted) return;
        lines.forEach((line, i) => { line.x.push(...part.shares); line.y.push(...part.probabilities[i]); });
        chart.replaceChildren(head, drawn(), ...(part.done < 1 ? [note] : []));
      }, signal);
      order = answer.order.values;
    } catch (e) { if (!signal.aborted) { key = ''; chart.replaceChildren(h('p', { class: 'problem' }, e.message)); } }
  }

  const by = choose('Order by', fitting.map(m => ({ value: m.name, text: m.name, title: m.meaning })), method(), value => view.set({ by: value }));
  const of = classChoice(scene, 'of', cls(), value => view.set({ class: value }));
  const fill = choose('Painted', [{ value: 'mean', text: 'grey (the mean)' }, { value: 'black', text: 'black' }, { value: 'blur', text: 'blurred' }], view.state.with ?? 'mean',
    value => view.set({ with: value === 'mean' ? null : value }));
  const element = h('section', { class: 'two' }, h('div', {}, large.element, told),
    h('div', {}, h('h2', {}, 'Paint patches out'), h('p', { class: 'hint' }, 'Click patches, or take the top of a map with the slider, and see the probabilities move.'),
      h('div', { class: 'row' }, by, of, fill), share, list,
      h('div', { class: 'row' }, h('button', { type: 'button', class: 'quiet', onclick: () => { share.set(0); view.set({ gone: null }); } }, 'the whole picture')), chart,
      exporter(() => ({ view: 'classes', model: scene.model, image: scene.image, classes: scene.words.classes, methods: method(), class: cls(), trust: 1 }))));
  const update = () => { show(); drawCurve(); };
  update();
  return { element, update, end() { latest.end(); curving.abort(); } };
}
