// What goes to the studio and comes back: JSON, bundles of arrays, and the stream of events. Nothing goes anywhere else.

async function checked(response) {
  if (response.ok) return response;
  let line = `${response.status} ${response.statusText}`;
  try {
    const text = await response.text();
    line = text.startsWith('{') ? JSON.parse(text).error : text.trim();
  } catch { /* the status says enough */ }
  throw new Error(line);
}

export const words = parameters => new URLSearchParams(
  Object.entries(parameters).filter(([, v]) => v !== undefined && v !== null && v !== '').map(([k, v]) => [k, String(v)])).toString();

export const json = async (path, options) => (await checked(await fetch(path, options))).json();

/** {facts, name: {shape, values}} of an answer. */
export async function ask(kind, parameters, signal) {
  const buffer = await (await checked(await fetch(`api/ask/${kind}?${words(parameters)}`, { signal }))).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const answer = { facts: head.facts };
  for (const { name, type, shape, offset } of head.arrays) {
    const Type = type === 'f32' ? Float32Array : Int32Array;
    answer[name] = { shape, values: new Type(buffer, 4 + length + offset, shape.reduce((a, b) => a * b, 1)) };
  }
  return answer;
}

/** The same question, with what is found of its answer while it is computed: onpart is told each part, then the answer is there. */
export async function follow(kind, parameters, onpart, signal) {
  const response = await checked(await fetch(`api/follow/${kind}?${words(parameters)}`, { signal }));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = '', read; !(read = await reader.read()).done;) {
    const events = (rest + read.value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const [name, data] = event.split('\n').map(line => line.slice(line.indexOf(': ') + 2));
      if (name === 'problem') throw new Error(JSON.parse(data).error);
      if (name === 'part') onpart(JSON.parse(data));
    }
  }
  return ask(kind, parameters, signal);
}

export async function bring(file) {
  return json('api/pictures', { method: 'POST', headers: { 'X-Name': encodeURIComponent(file.name ?? 'picture') }, body: file });
}

export const post = (path, parameters = {}) => json(`${path}?${words(parameters)}`, { method: 'POST' });

export const cancel = id => fetch(`api/jobs/${id}/cancel`, { method: 'POST' });

export function listen(onstate) {
  const source = new EventSource('api/events');
  source.onmessage = event => onstate(JSON.parse(event.data));
  return source;
}

/** Asks one thing at a time: a new question ends the one before. */
export class Latest {
  #stop = new AbortController();

  async ask(kind, parameters) {
    this.#stop.abort();
    const stop = this.#stop = new AbortController();
    try {
      return await ask(kind, parameters, stop.signal);
    } catch (e) {
      if (e.name === 'AbortError' || stop.signal.aborted) return null;
      throw e;
    }
  }

  end() { this.#stop.abort(); }
}
