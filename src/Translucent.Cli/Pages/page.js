'use strict';
const { rows, columns, seen } = document.body.dataset;
const [h, w] = [Number(rows), Number(columns)], [left, top_, right, bottom] = JSON.parse(seen);
const maps = [...document.querySelectorAll('.map')];
const values = maps.map(map => map.dataset.values && JSON.parse(map.dataset.values));

document.getElementById('strength').addEventListener('input', event =>
  document.documentElement.style.setProperty('--strength', event.target.value / 100));

function point(event) {
  const box = event.currentTarget.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width - left) / (right - left);
  const y = ((event.clientY - box.top) / box.height - top_) / (bottom - top_);
  const column = Math.floor(x * w), row = Math.floor(y * h);
  if (column < 0 || column >= w || row < 0 || row >= h) return leave();
  document.body.classList.add('pointing');
  maps.forEach((map, i) => {
    const cell = map.querySelector('.cell').style;
    cell.left = 100 * (left + column / w * (right - left)) + '%';
    cell.top = 100 * (top_ + row / h * (bottom - top_)) + '%';
    cell.width = 100 * (right - left) / w + '%';
    cell.height = 100 * (bottom - top_) / h + '%';
    if (values[i]) map.parentElement.querySelector('output').textContent = `${row + 1},${column + 1}: ${values[i][row * w + column]}`;
  });
  document.dispatchEvent(new CustomEvent('patch', { detail: row * w + column }));
}

function leave() {
  document.body.classList.remove('pointing');
  document.querySelectorAll('output').forEach(output => output.textContent = '');
  document.dispatchEvent(new CustomEvent('patch', { detail: null }));
}

for (const map of maps) {
  map.addEventListener('pointermove', point);
  map.addEventListener('pointerdown', point);
  map.addEventListener('pointerleave', leave);
}
