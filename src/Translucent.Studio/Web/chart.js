// Curves as SVG.

const svg = (tag, attributes, ...children) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** lines: {name, x, y, color}, both axes from 0 to 1. */
export function curve(lines, across, up) {
  const w = 420, t = 220, left = 44, bottom = 34, right = 10, top = 10;
  const at = (x, y) => [left + x * (w - left - right), t - bottom - y * (t - bottom - top)];
  const chart = svg('svg', { viewBox: `0 0 ${w} ${t}`, class: 'chart', role: 'img', 'aria-label': lines.map(l => `${l.name}: from ${l.y[0].toFixed(2)} to ${l.y[l.y.length - 1].toFixed(2)}`).join('; ') });
  for (const y of [0, 0.25, 0.5, 0.75, 1]) {
    const [x0, y0] = at(0, y), [x1] = at(1, y);
    chart.append(svg('line', { x1: x0, x2: x1, y1: y0, y2: y0, class: 'tick' }), svg('text', { x: x0 - 6, y: y0 + 4, 'text-anchor': 'end' }, `${y}`));
  }
  for (const x of [0, 0.5, 1]) chart.append(svg('text', { x: at(x, 0)[0], y: t - bottom + 16, 'text-anchor': 'middle' }, `${100 * x} %`));
  chart.append(svg('text', { x: at(0.5, 0)[0], y: t - 4, 'text-anchor': 'middle' }, across), svg('text', { x: 0, y: 0, transform: `translate(11 ${t / 2}) rotate(-90)`, 'text-anchor': 'middle' }, up));
  lines.forEach((line, i) => {
    const path = svg('polyline', { points: [...line.x].map((x, k) => at(x, line.y[k]).map(v => v.toFixed(1)).join(',')).join(' '), class: 'line' });
    path.style.stroke = line.color;
    const name = svg('text', { x: w - right - 4, y: top + 12 + 15 * i, 'text-anchor': 'end', class: 'name' }, line.name);
    name.style.fill = line.color;
    chart.append(path, name);
  });
  return chart;
}
