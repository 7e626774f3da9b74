// A photograph with a map over it, patches that can be pointed at, boxes and marks. Small ones for rows of maps, a large one to point at.

import { h } from './dom.js';
import { paint } from './color.js';

const pictures = new Map();

/** The picture as the browser holds it; loaded once. */
export function load(id) {
  if (!pictures.has(id))
    pictures.set(id, new Promise((done, fail) => {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = () => { pictures.delete(id); fail(new Error('the picture could not be loaded')); };
      image.src = `api/pictures/${id}`;
    }));
  return pictures.get(id);
}

export class Photo {
  /** image: from load(); grid: rows, columns and edges in shares; onpoint(cell or null), onpick(cell, event). */
  constructor({ image, grid, label, width = 640, onpoint = null, onpick = null, onplace = null }) {
    Object.assign(this, { image, grid, width, onpoint, onpick, onplace });
    this.map = null; this.boxes = []; this.cells = []; this.gone = new Set(); this.labels = null; this.smooth = true; this.cursor = null;
    const points = onpoint || onpick || onplace;
    this.canvas = h('canvas', { role: points ? 'application' : 'img', 'aria-label': label, tabindex: points ? '0' : null });
    this.element = h('div', { class: points ? 'photo points' : 'photo' }, this.canvas);
    if (points) this.#listen();
    this.#size();
    this.draw();
  }

  rename(label) { this.canvas.setAttribute('aria-label', label); }

  #size() {
    const ratio = Math.min(2, window.devicePixelRatio || 1), width = Math.round(this.width * ratio);
    this.canvas.width = width;
    this.canvas.height = Math.max(1, Math.round(width * this.image.height / this.image.width));
  }

  #listen() {
    const at = event => {
      const box = this.canvas.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    this.canvas.addEventListener('pointermove', event => { const [x, y] = at(event); this.onplace?.(x, y, event); this.#move(this.cellAt(x, y)); });
    this.canvas.addEventListener('pointerdown', event => { if (event.pointerType === 'touch') { const [x, y] = at(event); this.#move(this.cellAt(x, y)); } });
    this.canvas.addEventListener('click', event => { const [x, y] = at(event), cell = this.cellAt(x, y); if (cell !== null) this.onpick?.(cell, event); });
    this.canvas.addEventListener('pointerleave', () => this.#move(null));
    this.canvas.addEventListener('keydown', event => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key], { rows, columns } = this.grid ?? {};
      if (step && rows) {
        const from = this.cursor ?? Math.floor(rows / 2) * columns + Math.floor(columns / 2);
        const row = Math.min(rows - 1, Math.max(0, Math.floor(from / columns) + step[0])), column = Math.min(columns - 1, Math.max(0, from % columns + step[1]));
        this.#move(row * columns + column);
        event.preventDefault();
      } else if ((event.key === 'Enter' || event.key === ' ') && this.cursor !== null) {
        this.onpick?.(this.cursor, event);
        event.preventDefault();
      }
    });
  }

  #move(cell) {
    if (cell === this.cursor) return;
    this.cursor = cell;
    this.draw();
    this.onpoint?.(cell);
  }

  cellAt(x, y) {
    if (!this.grid) return null;
    const { rows, columns, left, top, right, bottom } = this.grid;
    const column = Math.floor((x - left) / (right - left) * columns), row = Math.floor((y - top) / (bottom - top) * rows);
    return row < 0 || row >= rows || column < 0 || column >= columns ? null : row * columns + column;
  }

  /** values over cells (or finer), drawn with the options of paint(). */
  show(map) { this.map = map; this.draw(); }

  rectangle(cell) {
    const { rows, columns, left, top, right, bottom } = this.grid, { width, height } = this.canvas;
    const w = (right - left) * width / columns, t = (bottom - top) * height / rows;
    return [left * width + cell % columns * w, top * height + Math.floor(cell / columns) * t, w, t];
  }

  draw() {
    const c = this.canvas.getContext('2d'), { width, height } = this.canvas;
    c.clearRect(0, 0, width, height);
    c.imageSmoothingEnabled = this.image.width > this.canvas.width / 3;
    c.drawImage(this.image, 0, 0, width, height);
    if (this.grid) {
      const { left, top, right, bottom } = this.grid;
      if (left > 0.001 || top > 0.001 || right < 0.999 || bottom < 0.999) { // what the model does not see
        c.fillStyle = 'rgb(20 24 32 / .45)';
        c.beginPath();
        c.rect(0, 0, width, height);
        c.rect(left * width, top * height, (right - left) * width, (bottom - top) * height);
        c.fill('evenodd');
      }
      if (this.map) {
        const { values, rows = this.grid.rows, columns = this.grid.columns, options } = this.map;
        c.imageSmoothingEnabled = this.smooth;
        c.imageSmoothingQuality = 'high';
        c.save();
        c.beginPath();
        c.rect(left * width, top * height, (right - left) * width, (bottom - top) * height);
        c.clip();
        c.drawImage(paint(values, rows, columns, options), left * width, top * height, (right - left) * width, (bottom - top) * height);
        c.restore();
      }
      c.fillStyle = '#7b8494';
      for (const cell of this.gone) c.fillRect(...this.rectangle(cell));
    }
    if (this.labels) { c.imageSmoothingEnabled = false; c.drawImage(this.labels, 0, 0, width, height); }
    for (const { left, top, width: w, height: t, color, text, strong } of this.boxes) this.#box(c, left * width, top * height, w * width, t * height, color, text, strong);
    for (const { cell, color } of this.cells) this.#outline(c, cell, color);
    if (this.cursor !== null && this.grid) this.#outline(c, this.cursor, '#ffffff');
  }

  #outline(c, cell, color) {
    const [x, y, w, t] = this.rectangle(cell), line = Math.max(1.5, this.canvas.width / 300);
    c.lineWidth = line * 2; c.strokeStyle = 'rgb(0 0 0 / .75)'; c.strokeRect(x, y, w, t);
    c.lineWidth = line; c.strokeStyle = color; c.strokeRect(x, y, w, t);
  }

  #box(c, x, y, w, t, color, text, strong) {
    const line = Math.max(2, this.canvas.width / (strong ? 160 : 280));
    c.lineWidth = line; c.strokeStyle = color; c.strokeRect(x, y, w, t);
    if (!text) return;
    const size = Math.max(11, this.canvas.width / 46);
    c.font = `600 ${size}px system-ui, sans-serif`;
    const wide = c.measureText(text).width + size * 0.7, above = y > size * 1.5 ? y - size * 1.45 : y;
    c.fillStyle = color; c.fillRect(x - line / 2, above, wide, size * 1.45);
    c.fillStyle = '#10141c'; c.fillText(text, x + size * 0.3, above + size * 1.08);
  }
}
