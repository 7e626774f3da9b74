// Colours for numbers: the colour maps of the library, and how much of the photograph shows through.

let maps = new Map(), distinct = [];

export function learn(state) {
  maps = new Map(state.colors.map(c => [c.name, c.levels.map(hex => [1, 3, 5].map((_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16)))]));
  distinct = state.palette;
}

export const segmentColor = i => '#' + distinct[i % distinct.length];

/** Letters beside colours, for eyes that do not tell these apart. */
export const segmentLetter = i => i < 26 ? String.fromCharCode(65 + i) : `${i + 1}`;

export function range(values, signed) {
  let low = Infinity, high = -Infinity;
  for (const v of values) if (Number.isFinite(v)) { if (v < low) low = v; if (v > high) high = v; }
  if (low > high) return { low: 0, high: 0 };
  if (!signed) return { low, high };
  const far = Math.max(Math.abs(low), Math.abs(high));
  return { low: -far, high: far };
}

/** An image of a map, one pixel for each cell: transparent where relevance is low. A constant map shows nothing. */
export function paint(values, rows, columns, { signed = false, scale = null, strength = 0.85, name = 'turbo', fade = true } = {}) {
  const { low, high } = scale ?? range(values, signed);
  const colors = maps.get(signed ? 'bluewhitered' : name);
  const image = new ImageData(columns, rows);
  if (high > low)
    for (let i = 0; i < rows * columns; i++) {
      const place = Math.min(1, Math.max(0, (values[i] - low) / (high - low)));
      const weight = signed ? Math.abs(2 * place - 1) : place;
      const [r, g, b] = colors[Math.round(place * 255)];
      image.data.set([r, g, b, Math.round(255 * strength * (fade ? Math.min(1, 1.15 * weight) : 1))], 4 * i);
    }
  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

export function gradient(signed, name = 'turbo') {
  const colors = maps.get(signed ? 'bluewhitered' : name);
  return `linear-gradient(90deg, ${[0, 32, 64, 96, 128, 160, 192, 224, 255].map(i => `rgb(${colors[i].join(' ')})`).join(', ')})`;
}
