'use strict';
const list = document.querySelector('.tiles'), order = document.getElementById('order');
const tiles = [...list.children], sure = tile => tile.dataset.sure === '' ? -1 : Number(tile.dataset.sure);
const orders = {
  name: () => 0,
  surest: (a, b) => sure(b) - sure(a),
  least: (a, b) => sure(a) - sure(b),
  wrong: (a, b) => a.dataset.right - b.dataset.right || sure(b) - sure(a),
};
function sort() {
  list.replaceChildren(...[...tiles].sort(orders[order.value]));
}
order.addEventListener('change', sort);
sort(); // a reload keeps what was chosen

// Arrow keys go from picture to picture, as the eye does.
list.addEventListener('keydown', event => {
  const links = [...list.querySelectorAll('li > a')], at = links.indexOf(document.activeElement);
  if (at < 0) return;
  const top = links[0].getBoundingClientRect().top, wide = links.filter(a => a.getBoundingClientRect().top === top).length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide }[event.key], to = links[at + step];
  if (!step || !to) return;
  event.preventDefault();
  to.focus();
});
