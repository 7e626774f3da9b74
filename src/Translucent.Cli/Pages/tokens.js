// The map of the token under the pointer. Uses h, w and the rectangle of page.js.
const explorer = document.getElementById('explorer');
if (explorer) {
  const numbers = Uint8Array.from(atob(explorer.dataset.maps), c => c.charCodeAt(0));
  const ranges = JSON.parse(explorer.dataset.ranges), colours = explorer.dataset.colours.match(/../g).map(x => parseInt(x, 16));
  const fade = explorer.dataset.fade === '1';
  const context = explorer.querySelector('canvas').getContext('2d'), own = explorer.querySelector('.own').style;
  const [low, high] = explorer.querySelectorAll('.scale span');

  function show(token) {
    const image = context.createImageData(w, h);
    for (let i = 0; i < h * w; i++) {
      const number = numbers[token * h * w + i];
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = colours[3 * number + c];
      image.data[4 * i + 3] = fade ? number : 255;
    }
    context.putImageData(image, 0, 0);
    const [row, column] = [Math.floor(token / w), token % w];
    own.left = 100 * (left + column / w * (right - left)) + '%';
    own.top = 100 * (top_ + row / h * (bottom - top_)) + '%';
    own.width = 100 * (right - left) / w + '%';
    own.height = 100 * (bottom - top_) / h + '%';
    [low.textContent, high.textContent] = ranges[token];
    explorer.querySelector('b').textContent = `token ${row + 1},${column + 1}`;
  }

  document.addEventListener('patch', event => event.detail === null || show(event.detail));
  show(Math.floor(h / 2) * w + Math.floor(w / 2));
}
