// Leads calls over many connections through a proxy over HTTP: each is answered with its own answer, limits are exact, counted
// at the server; then goes on for a while and looks at the memory of the proxy's process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

const PROCESS = fileURLToPath(new URL('./proxy-process.mjs', import.meta.url));
const MEBIBYTE = 1024 ** 2;
const SAMPLES = 20;
/** Every so many calls one goes to the tool that is limited. */
const EVERY = 5;
/** What the heap may grow by, from the middle third of the time to the last one. */
const HEAP_SLACK = { share: 0.05, bytes: MEBIBYTE };
/** Pages that were used once are not always given back: fragments, code that was compiled meanwhile. */
const RSS_SLACK = { share: 0.1, bytes: 8 * MEBIBYTE };

/** Leads calls through, and gives back what came of it in words; throws where something did not hold. */
export async function soakProxy({ calls = 10_000, connections = 200, limit = 500, seconds = 600 }) {
  const counted = { free: 0, limited: 0 };
  const server = createServer((request, response) => serve(request, response, counted)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = fork(PROCESS, [`http://127.0.0.1:${server.address().port}/mcp`, String(limit)], {
    execArgv: ['--expose-gc'],
  });
  const clients = [];
  try {
    const [{ url }] = await once(child, 'message');
    for (let at = 0; at < connections; at++) clients.push(await connect(url));
    const sums = { free: 0, limited: 0, refused: 0 };
    const each = async (count, from) => {
      await Promise.all(clients.map((client, at) => run(client, count, from + at * count, sums)));
    };
    await each(Math.ceil(calls / connections), 0);
    const { refused } = sums;
    const made = sums.free + sums.limited + refused;
    check(made >= calls, `${made} of ${calls} calls were answered`);
    check(sums.limited === limit, `${sums.limited} calls of the limited tool passed, not ${limit}`);
    const samples = await hold(child, seconds, () => each(EVERY, made));
    check(counted.limited === limit, `the server saw ${counted.limited} calls of the limited tool, not ${limit}`);
    check(counted.free === sums.free, `the server saw ${counted.free} other calls, not ${sums.free}`);
    const said = ['heapUsed', 'rss'].map((kind) => flat(samples, kind, kind === 'rss' ? RSS_SLACK : HEAP_SLACK));
    return (
      `proxy: ${made} calls over ${connections} connections, all answered; ${limit} of the limited tool passed and ` +
      `${refused} were refused; then ${sums.free + sums.refused + limit - made} more in ${seconds} s; ${said.join('; ')}`
    );
  } finally {
    await Promise.all(clients.map(({ pool }) => pool.destroy()));
    child.disconnect();
    server.closeAllConnections();
    server.close();
    await once(child, 'exit');
  }
}

/** Goes on for so long, and looks at the memory now and then. */
async function hold(child, seconds, work) {
  const samples = [];
  const began = performance.now();
  for (let at = 1; at <= SAMPLES; at++) {
    do await work();
    while (performance.now() - began < (seconds * 1000 * at) / SAMPLES);
    child.send('memory');
    const [sample] = await once(child, 'message');
    samples.push(sample);
  }
  return samples;
}

/** What became of memory in words: the middle of the middle third, and of the last one. */
function flat(samples, kind, { share, bytes }) {
  const third = Math.floor(samples.length / 3);
  const middleOf = (part) => part.map((sample) => sample[kind]).sort((a, b) => a - b)[part.length >> 1];
  const [before, after] = [middleOf(samples.slice(third, 2 * third)), middleOf(samples.slice(-third))];
  const said = `${kind} ${(before / MEBIBYTE).toFixed(1)} MiB, then ${(after / MEBIBYTE).toFixed(1)}`;
  check(after <= before * (1 + share) + bytes, `memory grows: ${said}`);
  return said;
}

/** Calls one after the other; each answer must be the one to its own call. */
async function run({ post }, count, from, sums) {
  for (let at = from; at < from + count; at++) {
    const name = at % EVERY === 0 ? 'limited' : 'free';
    const { result, error } = await post('tools/call', { name, arguments: { at } });
    check(error === undefined, 'a call was answered with an error');
    const { isError, content } = result;
    if (isError !== true) check(content[0].text === `${name} ${at}`, 'a call was answered with the answer to another');
    else check(name === 'limited', 'a call that is not limited was refused');
    sums[isError === true ? 'refused' : name]++;
  }
}

async function connect(url) {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  let count = 0;
  const post = async (method, params, isCall = true) => {
    const id = isCall ? { id: count++ } : {};
    const body = JSON.stringify({ jsonrpc: '2.0', ...id, method, params });
    const answer = await pool.request({ method: 'POST', path, headers, body });
    const text = await answer.body.text();
    check(answer.statusCode < 300, `a request was answered with ${answer.statusCode}`);
    headers['mcp-session-id'] ??= answer.headers['mcp-session-id'];
    return isCall ? JSON.parse(/^data: (.+)$/m.exec(text)?.[1] ?? text) : undefined;
  };
  const clientInfo = { name: 'soak', version: '1' };
  await post('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  headers['mcp-protocol-version'] = '2025-06-18';
  await post('notifications/initialized', {}, false);
  return { pool, post };
}

/** An MCP server of two tools, which says what it was called with, and counts. */
async function serve(request, response, counted) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  if (request.method !== 'POST') return response.writeHead(405).end();
  const { id, method, params } = JSON.parse(text);
  if (id === undefined) return response.writeHead(202).end();
  const headers = { 'content-type': 'application/json' };
  if (method === 'initialize') headers['mcp-session-id'] = `${Math.random()}`;
  if (method === 'tools/call') counted[params.name]++;
  const result =
    method === 'initialize'
      ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'soak', version: '1' } }
      : { content: [{ type: 'text', text: `${params?.name} ${params?.arguments?.at}` }] };
  return response.writeHead(200, headers).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

function check(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}
