// The studio: what is looked at stands in the address, so that it can be shared and loaded again.

import { h, $, choose, renew, say } from './dom.js';
import { ask, bring, json } from './net.js';
import { learn } from './color.js';
import { load } from './photo.js';
import { startWork } from './work.js';
import { tokensView } from './tokens.js';
import { headsView } from './heads.js';
import { classesView, paintView } from './classes.js';
import { segmentsView } from './segments.js';
import { projectView } from './project.js';
import { objectsView } from './objects.js';
import { questionView } from './question.js';
import { textView, summaryView, lensView } from './words.js';
import { streamsView } from './streams.js';

const VIEWS = {
  vision: [['tokens', 'Tokens', tokensView], ['classes', 'Classes', classesView], ['paint', 'Paint out', paintView], ['segments', 'Segments', segmentsView],
    ['project', 'Projection', projectView], ['heads', 'Attention', headsView]],
  objects: [['objects', 'Objects', objectsView], ['streams', 'Tokens', streamsView]],
  question: [['question', 'Answer', questionView], ['streams', 'Tokens', streamsView]],
  text: [['text', 'Words', textView], ['words', 'Latent words', streamsView]],
  summary: [['summary', 'Summary', summaryView], ['lens', 'Logit lens', lensView], ['words', 'Latent words', streamsView]],
  encoder: [['words', 'Latent words', streamsView]],
};

const INPUT = ['model', 'image', 'question', 'text', 'summary', 'generate', 'classes']; // what a scene is made of

let state = {}, known = null, scene = null, sceneKey = '', current = null, currentName = '';

const read = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
/** The address of a state; another view or input is a place to come back to. */
const write = (next, isPlace = false) => {
  const kept = Object.entries(next).filter(([, v]) => v !== null && v !== undefined && v !== ''), address = `#${new URLSearchParams(kept)}`;
  if (isPlace && address !== location.hash) history.pushState(null, '', address); else history.replaceState(null, '', address);
  state = read();
};

const view = {
  get state() { return state; },
  /** The patch that stays when the pointer moves on, or null. */
  frozen: () => state.token === undefined ? null : +state.token,
  set(changes) { write({ ...state, ...changes }); render(); },
};

/** A new input keeps the view and forgets what was about the old one. */
function open(changes) {
  const kept = Object.fromEntries(Object.entries(state).filter(([k]) => INPUT.includes(k) || k === 'view' || k === 'theme'));
  write({ ...kept, ...changes }, true);
  render();
}

async function take(file) {
  if (!file) return;
  if (file.size > known.limits.uploadBytes) return say(`${file.name} has ${file.size} bytes; at most ${known.limits.uploadBytes} are taken`, true);
  try {
    const picture = await bring(file);
    known = await json('api/state');
    open({ image: picture.id });
    choices();
  } catch (e) { say(e.message, true); }
}

function choices() {
  const models = choose('Model', known.models.map(m => ({ value: m.name, text: `${m.name} (${m.from})` })), state.model, model => { open({ model, classes: null }); choices(); });
  const pictures = choose('Picture', [...known.pictures.map(p => ({ value: p.id, text: p.name }))], state.image, image => open({ image }));
  const file = h('input', { type: 'file', accept: 'image/*', id: 'file', onchange: () => take(file.files[0]) });
  const area = (label, name, rows, placeholder) => {
    const field = h('textarea', { rows: String(rows), placeholder }, state[name] ?? '');
    return [field, h('label', { class: 'choose wide' }, h('span', {}, label), field)];
  };
  const kind = scene?.kind ?? null, parts = [models];
  const byText = ['text', 'summary', 'encoder'].includes(kind) || (kind === null && state.text !== undefined);
  if (!byText) parts.push(pictures, h('label', { class: 'button', for: 'file' }, 'drop or choose a picture', file));
  if (kind === 'vision' && scene.facts.takesTexts) {
    const field = h('input', { type: 'text', value: state.classes ?? '', placeholder: 'a cat, a dog' });
    parts.push(h('form', { class: 'inline', onsubmit: e => { e.preventDefault(); open({ classes: field.value || null }); } }, h('label', { class: 'choose' }, h('span', {}, 'Texts as classes'), field), h('button', {}, 'compare')));
  }
  if (kind === 'question') {
    const field = h('input', { type: 'text', value: state.question ?? '' });
    parts.push(h('form', { class: 'inline', onsubmit: e => { e.preventDefault(); open({ question: field.value }); } }, h('label', { class: 'choose' }, h('span', {}, 'Question'), field), h('button', {}, 'ask')));
  }
  if (byText) {
    const [text, label] = area('Text', 'text', 3, 'A text'), [summary, second] = area('Summary (empty: the model writes one)', 'summary', 2, '');
    parts.push(h('form', { class: 'inline grow', onsubmit: e => { e.preventDefault(); open({ text: text.value, summary: kind === 'summary' ? summary.value || null : null }); } },
      label, kind === 'summary' ? second : null, h('button', {}, 'explain')));
  }
  renew($('#choices'), parts);
}

const EXAMPLES = { question: 'What colour is the shape?', text: 'A wonderful film, and not a minute too long.' };

/** A model needs an input of its kind: the page asks the studio what is missing and fills in an example. */
async function openScene(mine) {
  const words = Object.fromEntries(INPUT.map(k => [k, state[k]]).filter(([, v]) => v !== undefined)), key = JSON.stringify(words);
  if (key === sceneKey) return;
  $('#main').setAttribute('aria-busy', 'true');
  let overview;
  try {
    overview = await ask('open', words);
  } catch (e) {
    const missing = /^(question|text): is missing/.exec(e.message)?.[1];
    if (!missing || mine !== turn) throw e;
    write({ ...state, [missing]: EXAMPLES[missing] });
    return openScene(mine);
  }
  const hasPicture = ['vision', 'objects', 'question'].includes(overview.facts.kind), picture = hasPicture ? await load(words.image) : null;
  if (mine !== turn) return; // another was chosen meanwhile, and its answer may be there already
  scene = { ...overview.facts, words, model: words.model, image: words.image, picture };
  sceneKey = key;
  currentName = '';
  choices();
}

let turn = 0;

async function render() {
  const mine = ++turn;
  try {
    await openScene(mine);
    if (mine !== turn) return;
    const views = VIEWS[scene.kind], [name, , make] = views.find(([n]) => n === state.view) ?? views[0];
    if (name === currentName) { current.update(); return; }
    current?.end();
    currentName = name;
    renew($('#views'), views.map(([n, text]) => h('button', { type: 'button', 'aria-current': n === name ? 'page' : null,
      onclick: () => { const { model, image, question, text: t, summary, generate, classes, theme } = state; write({ model, image, question, text: t, summary, generate, classes, theme, view: n }, true); render(); } }, text)));
    current = make(scene, view);
    $('#main').replaceChildren(...scene.doubts.map(text => h('p', { class: 'doubt', role: 'note' }, text)), current.element);
    document.title = `${views.find(([n]) => n === name)[1]} · ${state.model} · Translucent studio`;
  } catch (e) {
    if (mine !== turn) return;
    sceneKey = currentName = '';
    scene = null;
    choices();
    $('#views').replaceChildren();
    $('#main').replaceChildren(h('section', {}, h('h2', {}, 'That cannot be shown'), h('p', { class: 'problem', role: 'alert' }, e.message)));
  } finally {
    if (mine === turn) $('#main').removeAttribute('aria-busy');
  }
}

function tools() {
  const dark = () => document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = h('button', { type: 'button', class: 'quiet', onclick: () => { document.documentElement.dataset.theme = dark() ? 'light' : 'dark'; write({ ...state, theme: document.documentElement.dataset.theme }); current?.update(); } }, 'light / dark');
  const copy = h('button', { type: 'button', class: 'quiet', onclick: async () => {
    try { await navigator.clipboard.writeText(location.href); say('the address of this view is copied'); } catch { say('the browser does not let the address be copied; take it from its own line', true); }
  } }, 'copy address');
  $('#tools').replaceChildren(copy, theme);
}

addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('dropping'); });
addEventListener('dragleave', event => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
addEventListener('drop', event => { event.preventDefault(); document.body.classList.remove('dropping'); take(event.dataTransfer.files[0]); });
addEventListener('paste', event => { const file = [...event.clipboardData.files][0]; if (file) take(file); });
addEventListener('hashchange', () => {
  if (!location.hash.includes('=')) return write(state); // the link that skips to the explanation is no view
  state = read();
  dress();
  choices();
  render();
});
addEventListener('keydown', event => { if (event.key === 'Escape' && state.token !== undefined && !event.target.closest?.('input, textarea, select')) view.set({ token: null, other: null }); });

const dress = () => { if (state.theme) document.documentElement.dataset.theme = state.theme; else delete document.documentElement.dataset.theme; };

state = read();
dress();
try {
  known = await json('api/state');
  learn(known);
  write({ ...state, model: state.model ?? known.models[0]?.name, image: state.image ?? (known.pictures.find(p => p.name === 'chelsea.png') ?? known.pictures[0])?.id });
  tools();
  choices();
  startWork();
  await render();
} catch (e) {
  $('#main').replaceChildren(h('p', { class: 'problem', role: 'alert' }, e.message));
}
