// This node's REST interface, with the cookie of the log-in.

/** What stood in the way: RFC 9457 as the node tells it, or that it could not be reached. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.code);
    this.status = status;
    this.code = body.code ?? 'unreachable';
    this.detail = body.detail ?? '';
    this.remedy = body.remedy ?? '';
  }
}

let loggedOut = () => {};

/** Who is told when the session is over. */
export function onLoggedOut(handler) {
  loggedOut = handler;
}

// Whole numbers that a double cannot hold stay exact where the browser tells their digits.
function exact(key, value, context) {
  const tooLarge = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return tooLarge && context && /^-?[0-9]+$/.test(context.source) ? BigInt(context.source) : value;
}

export function parse(text) {
  return JSON.parse(text, exact);
}

async function ask(method, path, body, accept) {
  const headers = {Accept: accept};
  if (method !== 'GET') {
    headers['X-Tally-Request'] = '1';
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  try {
    return await fetch(path, {
      method, headers, body, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
    });
  } catch {
    throw new Problem(0, {code: 'unreachable'});
  }
}

async function problem(answer) {
  let body = {code: 'unreachable'};
  try {
    body = await answer.json();
  } catch {
    // What answered is not this node.
  }
  return new Problem(answer.status, body);
}

async function checked(answer, also, quiet) {
  if (answer.ok || also.includes(answer.status)) {
    return answer;
  }
  const why = await problem(answer);
  if (why.status === 401 && !quiet) {
    loggedOut();
  }
  throw why;
}

/** Reads; `also` are statuses that carry an answer too. */
export async function get(path, {also = [], quiet = false} = {}) {
  const answer = await checked(await ask('GET', path, undefined, 'application/json'), also, quiet);
  return parse(await answer.text());
}

/** Changes something, or asks with what must not stand in an address. */
export async function post(path, body, {quiet = false} = {}) {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await checked(await ask('POST', path, text, 'application/json'), [], quiet);
  return parse(await answer.text());
}

/** Takes something away. */
export async function remove(path) {
  const answer = await checked(await ask('DELETE', path, undefined, 'application/json'), [], false);
  return parse(await answer.text());
}

/** Reads a file, to be kept by the person. */
export async function file(path, accept) {
  return (await checked(await ask('GET', path, undefined, accept), [], false)).blob();
}
