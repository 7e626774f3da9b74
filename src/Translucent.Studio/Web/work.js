// What is at work: jobs with progress and time left, cancelling, exports and where they are.

import { h, $, say } from './dom.js';
import { listen, cancel, post, json } from './net.js';

const waiting = new Map(); // exports by job
const opened = new Map(); // files of exports that the list of jobs shows, by name
let settle = () => {}; // looks whether one of them has ended

export function startWork() {
  const panel = $('#work');
  let state = null;
  const toggle = h('button', { type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': 'jobs', onclick: () => {
    const open = toggle.getAttribute('aria-expanded') !== 'true';
    toggle.setAttribute('aria-expanded', String(open));
    list.hidden = !open;
  } }, 'work');
  const list = h('ul', { id: 'jobs', hidden: true }), memory = h('small', {});
  const bar = h('i', {}), track = h('span', { class: 'track', hidden: true }, bar), now = h('span', { class: 'now' }), stop = h('button', { type: 'button', class: 'quiet', hidden: true }, 'cancel');
  panel.append(toggle, track, now, stop, memory, list);
  const told = next => {
    state = next;
    const active = state.jobs.filter(j => j.state === 'running' || j.state === 'waiting'), running = active.find(j => j.state === 'running');
    toggle.textContent = active.length ? `${active.length} at work` : 'nothing at work';
    track.hidden = stop.hidden = !running;
    now.textContent = running ? `${running.title}${running.left ? `, ${running.left < 90 ? `${Math.ceil(running.left)} s` : `${Math.ceil(running.left / 60)} min`} left` : ''}` : '';
    bar.style.width = `${100 * (running?.share ?? 0)}%`;
    stop.onclick = () => cancel(running.id);
    memory.textContent = `${(state.memory.used / 2 ** 20).toFixed(0)} of ${(state.memory.allowed / 2 ** 20).toFixed(0)} MiB`;
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null;
    list.replaceChildren(...state.jobs.map(j => h('li', { class: j.state }, h('span', {}, j.title), h('small', {}, [j.problem ?? `${j.state}, ${j.seconds} s`, j.note].filter(Boolean).join('; ')),
      j.state === 'running' || j.state === 'waiting' ? h('button', { type: 'button', class: 'quiet', 'aria-label': `cancel ${j.title}`, onclick: () => cancel(j.id) }, 'cancel') : null,
      j.export ? files(j.export) : null)));
    if (focused) list.querySelector(`[aria-label='${CSS.escape(focused)}']`)?.focus(); // a list that is written anew keeps it
    settle();
  };
  settle = () => {
    for (const job of state?.jobs ?? []) {
      const shown = waiting.get(job.id);
      if (!shown) continue;
      if (job.state === 'running' || job.state === 'waiting') { if (job.last) shown.line(job.last); continue; }
      waiting.delete(job.id);
      if (job.state === 'done') shown.show(); else shown.line(job.problem ?? job.state, true);
    }
  };
  // A browser opens six connections to a studio, whatever the number of its windows: those that nobody sees do not listen.
  let source = null;
  const follow = () => {
    if (document.visibilityState === 'hidden') { source?.close(); source = null; return; }
    source ??= listen(told);
    source.onerror = () => { now.textContent = 'the studio does not answer; is it still running?'; };
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

/** Where an export is, and links to its page and its files. */
async function written(name) {
  const { folder, shown, files } = await json(`api/exports/${encodeURIComponent(name)}`);
  const link = f => { const isPage = f.name.endsWith('.html'); return h('a', { href: `${isPage ? shown : `files/${encodeURIComponent(name)}`}/${encodeURIComponent(f.name)}`,
    target: isPage ? '_blank' : null, rel: 'noopener' }, f.name); };
  const page = files.find(f => f.name === 'index.html') ?? files.find(f => f.name.endsWith('.html'));
  return { folder, parts: [h('p', {}, page ? link(page) : '', ` and ${files.length - 1} files in ${folder}`),
    h('details', {}, h('summary', {}, 'all files'), h('ul', {}, files.map(f => h('li', {}, link(f), h('small', {}, ` ${(f.bytes / 1024).toFixed(1)} KiB`)))))] };
}

/** The files of an export in the list of jobs: a page that was loaded again finds them there. */
function files(name) {
  const place = opened.get(name) ?? h('div', { class: 'exported' });
  if (!opened.has(name)) {
    place.append(h('button', { type: 'button', class: 'quiet', 'aria-label': `files of ${name}`, onclick: async () => {
      try { place.replaceChildren(...(await written(name)).parts); } catch (e) { say(e.message, true); }
    } }, 'files'));
    opened.set(name, place);
  }
  return place;
}

/** A button that has the command write what is shown, and then links to it. */
export function exporter(view) {
  const told = h('div', { class: 'exported', role: 'status' });
  let writing = ''; // what is on its way: a second click asks for nothing new
  const button = h('button', { type: 'button', class: 'export', onclick: async () => {
    const asked = view(), same = JSON.stringify(asked);
    if (same === writing) return;
    writing = same;
    const over = () => { if (writing === same) writing = ''; };
    try {
      const { job, name } = await post('api/export', asked);
      told.textContent = 'writing…';
      waiting.set(job, {
        line(text, isProblem) { told.textContent = text; told.classList.toggle('problem', Boolean(isProblem)); if (isProblem) over(); },
        async show() {
          over();
          told.classList.remove('problem');
          const { folder, parts } = await written(name);
          told.replaceChildren(...parts);
          say(`exported to ${folder}`);
        },
      });
      settle(); // it may have ended before the answer came
    } catch (e) { over(); say(e.message, true); }
  } }, 'Export page, figures and arrays');
  return h('div', { class: 'exporter' }, button, told);
}
