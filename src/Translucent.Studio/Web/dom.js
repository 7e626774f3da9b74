// Elements in one line. Text is always text: nothing that comes from a file or a model is read as HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name in element && name !== 'list' && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(c => c !== null && c !== undefined && c !== false));
  return element;
}

export const $ = selector => document.querySelector(selector);

/** Other children for an element; whoever was at one of them with the keyboard is at the one that took its place. */
export function renew(element, children) {
  const places = () => [...element.querySelectorAll('select, input, textarea, button')], at = places().indexOf(document.activeElement);
  element.replaceChildren(...children);
  if (at >= 0) places()[at]?.focus();
}

export const percent = p => p >= 0.9995 ? '100 %' : `${(100 * p).toFixed(p < 0.0995 ? 2 : 1)} %`;

export const number = v => v === 0 ? '0' : Math.abs(v) >= 1e4 || Math.abs(v) < 1e-3 ? v.toExponential(2) : v.toPrecision(4);

/** The first name of several: "tabby, tabby cat" is a tabby. */
export const short = label => { const first = label.split(',')[0].trim(); return first.length > 28 ? first.slice(0, 27) + '…' : first; };

export function choose(label, options, value, onchange, attributes = {}) {
  const select = h('select', { ...attributes, onchange: () => onchange(select.value) },
    options.map(o => h('option', { value: o.value, disabled: o.disabled, title: o.title ?? null }, o.text)));
  select.value = value;
  return h('label', { class: 'choose' }, h('span', {}, label), select);
}

export function slide(label, { min, max, step = 1, value }, oninput, text = v => v) {
  const told = h('output', {}, text(value));
  const input = h('input', { type: 'range', min: String(min), max: String(max), step: String(step), 'aria-label': label,
    oninput: () => { told.textContent = text(+input.value); oninput(+input.value); } });
  input.value = value;
  const element = h('label', { class: 'slide' }, h('span', {}, label), input, told);
  element.set = v => { input.value = v; told.textContent = text(v); };
  return element;
}

/** Tells people who see the page and people who hear it. */
export function say(text, isProblem = false) {
  const said = $('#said');
  said.textContent = text;
  said.classList.toggle('problem', isProblem);
  said.classList.add('shown');
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.classList.remove('shown'), isProblem ? 9000 : 3500);
}
