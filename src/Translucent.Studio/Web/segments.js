// Segments: the tree of merges, cut by dragging, by k or by zeta; one object chosen by tau; labels for other programs.

import { h, choose, slide, say } from './dom.js';
import { ask, words, Latest } from './net.js';
import { segmentColor, segmentLetter } from './color.js';
import { Photo } from './photo.js';
import { exporter } from './work.js';

/** The segment of every leaf after the first `made` merges, numbered by first appearance. */
export function cut(pairs, count, made) {
  const parent = Int32Array.from({ length: count + made }, (_, i) => i);
  const root = i => { while (parent[i] !== i) i = parent[i] = parent[parent[i]]; return i; };
  for (let k = 0; k < made; k++) { parent[root(pairs[2 * k])] = count + k; parent[root(pairs[2 * k + 1])] = count + k; }
  const number = new Map();
  return Int32Array.from({ length: count }, (_, i) => { const r = root(i); if (!number.has(r)) number.set(r, number.size); return number.get(r); });
}

/** Segments as colours with letters on their largest parts. */
function drawLabels(labels, rows, columns, grid, picture) {
  const side = 900, width = picture.width >= picture.height ? side : Math.round(side * picture.width / picture.height);
  const height = Math.max(1, Math.round(width * picture.height / picture.width));
  const canvas = new OffscreenCanvas(width, height), c = canvas.getContext('2d');
  const { left, top, right, bottom } = grid, w = (right - left) * width / columns, t = (bottom - top) * height / rows;
  const centre = new Map();
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0) continue;
    const x = left * width + i % columns * w, y = top * height + Math.floor(i / columns) * t;
    c.fillStyle = segmentColor(labels[i]) + '99';
    c.fillRect(x, y, w + 0.7, t + 0.7);
    const m = centre.get(labels[i]) ?? { x: 0, y: 0, n: 0 };
    m.x += x + w / 2; m.y += y + t / 2; m.n++;
    centre.set(labels[i], m);
  }
  c.font = '700 26px system-ui, sans-serif'; c.textAlign = 'center'; c.textBaseline = 'middle';
  for (const [label, m] of centre) {
    // the cell of the segment nearest to its centre: a letter never stands on another segment
    let best = null, near = Infinity;
    for (let i = 0; i < labels.length; i++) if (labels[i] === label) {
      const x = left * width + (i % columns + 0.5) * w, y = top * height + (Math.floor(i / columns) + 0.5) * t, d = (x - m.x / m.n) ** 2 + (y - m.y / m.n) ** 2;
      if (d < near) { near = d; best = [x, y]; }
    }
    c.lineWidth = 5; c.strokeStyle = 'rgb(0 0 0 / .8)'; c.strokeText(segmentLetter(label), ...best);
    c.fillStyle = '#fff'; c.fillText(segmentLetter(label), ...best);
  }
  return canvas;
}

export function segmentsView(scene, view) {
  const { grid } = scene.facts, n = grid.rows * grid.columns, fine = new Latest(), point = new Latest();
  const layer = () => Math.min(scene.layers, Math.max(2, +(view.state.layer ?? Math.max(2, Math.round(scene.layers * 0.75)))));
  const photo = new Photo({ image: scene.picture, grid, label: 'The photograph in segments', width: 640, onpick: cell => view.set({ token: cell, tau: view.state.tau ?? '0.5' }) });
  const told = h('p', { class: 'told', role: 'status' }), legend = h('ul', { class: 'legend' });
  const tree = h('canvas', { class: 'tree', tabindex: '0', role: 'slider', 'aria-label': 'Cut the tree of merges', 'aria-valuemin': '1', 'aria-valuemax': String(n) });
  let found = null, labels = null, timer = 0, key = '';

  const made = () => {
    if (view.state.zeta !== undefined) { let m = 0; while (m < found.heights.values.length && found.heights.values[m] < +view.state.zeta) m++; return m; }
    return n - Math.min(n, Math.max(1, +(view.state.k ?? 6)));
  };

  async function load() {
    if (key === String(layer())) return draw();
    key = String(layer());
    told.textContent = 'explaining all patches…';
    try {
      found = await ask('tree', { ...scene.words, layer: layer() });
      zeta.querySelector('input').max = String((found.heights.values.at(-1) * 1.02).toFixed(4));
      draw();
    } catch (e) { told.textContent = e.message; key = ''; }
  }

  function draw() {
    if (!found) return;
    labels = cut(found.pairs.values, n, made());
    const count = Math.max(...labels) + 1;
    photo.labels = drawLabels(labels, grid.rows, grid.columns, grid, scene.picture);
    photo.cells = view.state.token === undefined ? [] : [{ cell: +view.state.token, color: '#ffffff' }];
    photo.draw();
    k.set(count);
    zeta.set(view.state.zeta ?? (made() > 0 ? found.heights.values[made() - 1] : 0).toFixed(4));
    tree.setAttribute('aria-valuenow', String(count));
    const sizes = new Array(count).fill(0);
    for (const l of labels) sizes[l]++;
    legend.replaceChildren(...sizes.slice(0, 24).map((size, i) => { const chip = h('i', { class: 'chip' }, segmentLetter(i)); chip.style.background = segmentColor(i);
      return h('li', {}, chip, ` segment ${segmentLetter(i)}: ${size} patches`); }), ...(count > 24 ? [h('li', {}, `and ${count - 24} more`)] : []));
    told.textContent = `${count} segments of layer ${layer()}.`;
    drawTree();
    clearTimeout(timer);
    timer = setTimeout(refine, 350);
    if (view.state.tau !== undefined && view.state.token !== undefined) object();
  }

  /** The labels of pixels, when the slider rests. */
  async function refine() {
    if (view.state.tau !== undefined && view.state.token !== undefined) return;
    try {
      const zetaNow = view.state.zeta;
      const answer = await fine.ask('segments', { ...scene.words, layer: layer(), ...(zetaNow !== undefined ? { zeta: zetaNow } : { k: +(view.state.k ?? 6) }) });
      if (!answer) return;
      const [rows, columns] = answer.labels.shape;
      photo.labels = drawLabels(answer.labels.values, rows, columns, { left: 0, top: 0, right: 1, bottom: 1 }, scene.picture);
      photo.draw();
    } catch (e) { say(e.message, true); }
  }

  /** One object: where the map of a patch, scaled to 0 .. 1, reaches tau. */
  async function object() {
    const token = +view.state.token + grid.prefix;
    try {
      const answer = await point.ask('token-exact', { ...scene.words, token });
      if (!answer) return;
      const width = answer.rows.shape[1], at = layer() - 2, values = answer.rows.values.slice(at * width + grid.prefix, (at + 1) * width), own = +view.state.token;
      values[own] = -Infinity;
      const high = values.reduce((a, b) => Math.max(a, b));
      values[own] = high;
      const low = values.reduce((a, b) => Math.min(a, b)), mask = Int32Array.from(values, v => high > low && (v - low) / (high - low) >= +view.state.tau ? 0 : -1);
      photo.labels = drawLabels(mask, grid.rows, grid.columns, grid, scene.picture);
      photo.draw();
      told.textContent = `The object of patch ${Math.floor(own / grid.columns) + 1}, ${own % grid.columns + 1}: ${mask.reduce((a, m) => a + (m === 0), 0)} patches whose relevance reaches ${view.state.tau}.`;
    } catch (e) { say(e.message, true); }
  }

  function drawTree() {
    const width = tree.width = 560, height = tree.height = 220, c = tree.getContext('2d'), style = getComputedStyle(document.documentElement);
    const { pairs, heights } = found, highest = heights.values.at(-1) || 1, children = k => [pairs.values[2 * k], pairs.values[2 * k + 1]];
    const x = new Float32Array(2 * n - 1);
    let leaf = 0;
    const stack = [2 * n - 2], order = [];
    while (stack.length) { const node = stack.pop(); order.push(node); if (node >= n) stack.push(...children(node - n).reverse()); else x[node] = (leaf++ + 0.5) / n * width; }
    const y = node => node < n ? height - 8 : height - 8 - heights.values[node - n] / highest * (height - 22);
    for (const node of order.reverse()) if (node >= n) { const [a, b] = children(node - n); x[node] = (x[a] + x[b]) / 2; }
    const m = made(), line = m >= heights.values.length ? 6 : height - 8 - ((m > 0 ? heights.values[m - 1] : 0) + heights.values[m]) / 2 / highest * (height - 22);
    c.clearRect(0, 0, width, height);
    c.lineWidth = 1;
    const member = node => { while (node >= n) node = pairs.values[2 * (node - n)]; return labels[node]; };
    for (const node of order) if (node >= n) {
      const [a, b] = children(node - n);
      c.strokeStyle = node - n < m ? segmentColor(member(node)) : style.getPropertyValue('--soft');
      c.beginPath(); c.moveTo(x[a], y(a)); c.lineTo(x[a], y(node)); c.lineTo(x[b], y(node)); c.lineTo(x[b], y(b)); c.stroke();
    }
    c.strokeStyle = style.getPropertyValue('--accent'); c.setLineDash([6, 4]); c.lineWidth = 2;
    c.beginPath(); c.moveTo(0, line); c.lineTo(width, line); c.stroke(); c.setLineDash([]);
  }

  const at = event => { const box = tree.getBoundingClientRect(), highest = found.heights.values.at(-1) || 1;
    const share = 1 - ((event.clientY - box.top) / box.height * 220 - 14) / (220 - 22);
    return Math.max(0, Math.min(1.02, share)) * highest; };
  tree.addEventListener('pointerdown', event => { if (!found) return; tree.setPointerCapture(event.pointerId); view.set({ zeta: at(event).toFixed(4), k: null }); });
  tree.addEventListener('pointermove', event => { if (found && tree.hasPointerCapture(event.pointerId)) view.set({ zeta: at(event).toFixed(4), k: null }); });
  tree.addEventListener('keydown', event => { const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
    if (step && labels) { view.set({ k: Math.min(n, Math.max(1, Math.max(...labels) + 1 + step)), zeta: null }); event.preventDefault(); } });

  const layers = choose('Layer', Array.from({ length: scene.layers - 1 }, (_, i) => ({ value: String(i + 2), text: `${i + 2}` })), String(layer()), value => view.set({ layer: value }));
  const k = slide('Segments (k)', { min: 1, max: Math.min(n, 24), value: 6 }, value => view.set({ k: value, zeta: null }));
  const zeta = slide('Distance (ζ)', { min: 0, max: 1, step: 0.0005, value: 0 }, value => view.set({ zeta: value, k: null }), v => (+v).toFixed(4));
  const tau = slide('One object (τ)', { min: 0, max: 1, step: 0.01, value: view.state.tau ?? 0.5 }, value => view.set({ tau: value, token: view.state.token ?? Math.floor(n / 2) }), v => (+v).toFixed(2));
  const chosen = () => view.state.zeta !== undefined ? { zeta: view.state.zeta } : { k: view.state.k ?? 6 };
  const save = (format, text) => h('a', { class: 'button', href: '#', download: true, onclick: event => { event.currentTarget.href = `api/labels.${format}?${words({ ...scene.words, layer: layer(), ...chosen() })}`; } }, text);
  const element = h('section', { class: 'two' }, h('div', {}, photo.element, told, legend),
    h('div', {}, h('h2', {}, 'Segments by what tokens mean'), h('p', { class: 'hint' }, 'Drag the line through the tree, or move a slider. Click a patch for the object it belongs to.'),
      h('div', { class: 'paper' }, tree), h('div', { class: 'row' }, layers), k, zeta, tau,
      h('div', { class: 'row' }, h('button', { type: 'button', class: 'quiet', onclick: () => view.set({ token: null, tau: null }) }, 'all segments'), save('png', 'labels as PNG'), save('json', 'as COCO')),
      exporter(() => ({ view: 'segments', model: scene.model, image: scene.image, layer: layer(), ...chosen(), tau: view.state.tau }))));
  load();
  return { element, update: load, end() { clearTimeout(timer); fine.end(); point.end(); } };
}
