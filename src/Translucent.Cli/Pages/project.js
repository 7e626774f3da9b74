// Under each layer's map, the best classes of the token under the pointer. Uses the events of page.js.
const tokens = JSON.parse(document.getElementById('tokens').textContent);
const cards = [...document.querySelectorAll('.card.tokens')].map((card, layer) => {
  const [whose, list, line] = ['.whose.list', '.tops', '.cls'].map(name => card.querySelector(name));
  return { card, layer, whose, list, line, text: whose.textContent, rest: list.innerHTML };
});

function entry(cls, share) {
  const [label, colour] = tokens.classes[cls], item = document.createElement('li');
  const [chip, name, value] = ['i', 'span', 'b'].map(tag => item.appendChild(document.createElement(tag)));
  chip.className = 'chip';
  chip.style.background = colour;
  name.textContent = label;
  value.textContent = (share / 10).toFixed(1) + ' %';
  return item;
}

function showToken(token, name) {
  for (const { layer, whose, list } of cards) {
    const from = 2 * tokens.count * token, best = tokens.tops[layer].slice(from, from + 2 * tokens.count);
    whose.textContent = `${name}, probability`;
    list.replaceChildren(...Array.from({ length: tokens.count }, (_, i) => entry(best[2 * i], best[2 * i + 1])));
  }
}

function showAll() {
  for (const { whose, list, text, rest } of cards) [whose.textContent, list.innerHTML] = [text, rest];
}

document.addEventListener('patch', event => event.detail === null ? showAll()
  : showToken(tokens.prefix + event.detail, `token ${Math.floor(event.detail / w) + 1},${event.detail % w + 1}`));
for (const { line } of cards) {
  line.addEventListener('pointerenter', () => showToken(0, 'class token'));
  line.addEventListener('pointerleave', showAll);
}
