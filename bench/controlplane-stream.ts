// Claims: a change reaches 1,000 subscribers of the stream in less than a second, from the moment the request that makes it
// is sent until the last of them has read of it; and 10,000 in at most 15 times that. Subscribers are in two processes, the
// service is in a third one. Needs 10,100 open files a process (`ulimit -n`).
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Service, startControlplane } from './fixtures/service.js';

const FEW = 1_000;
const MANY = 10_000;
const ROUNDS = Number(process.env['STREAM_ROUNDS'] ?? 9);
const PROCESSES = 2;
const MOST_MS = 1_000;
const MOST_TIMES = 15;
/** Beyond this the machine is too noisy for the claims to say anything. */
const VOID_BEYOND = 0.35;

const script = fileURLToPath(new URL('./fixtures/subscribers-process.js', import.meta.url));
let revision = 0;

async function subscribe({ port, agentKey }: Service, count: number): Promise<ChildProcess[]> {
  const args = [String(port), agentKey, String(count / PROCESSES)];
  const children = Array.from({ length: PROCESSES }, () => fork(script, args));
  await Promise.all(children.map((child) => once(child, 'message')));
  return children;
}

async function leave(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map((child) => {
      child.kill();
      return once(child, 'exit');
    }),
  );
}

/** Milliseconds from sending a change until the last subscriber has read of it. */
async function change(service: Service, children: readonly ChildProcess[]): Promise<number> {
  const waiting = children.map((child) => once(child, 'message'));
  for (const child of children) child.send({ revision: revision + 1 });
  await Promise.all(waiting);
  const told = children.map((child) => once(child, 'message') as Promise<[{ readonly at: string }]>);
  const body = JSON.stringify({ workflow_name: 'mcp:docs:search', action: 'warn', reason: `change ${revision}` });
  const sent = process.hrtime.bigint();
  const answer = await fetch(`http://127.0.0.1:${service.port}/waxell/v1/policies/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-wax-key': service.adminKey },
    body,
  });
  const made = (await answer.json()) as { readonly revision: number };
  if (made.revision !== revision + 1) throw new Error(`revision ${made.revision} after ${revision}`);
  revision = made.revision;
  const last = (await Promise.all(told)).map(([{ at }]) => BigInt(at)).reduce((a, b) => (a > b ? a : b));
  return Number(last - sent) / 1e6;
}

async function measure(service: Service, count: number): Promise<number> {
  const children = await subscribe(service, count);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await change(service, children));
  await leave(children);
  return times.sort((a, b) => a - b)[ROUNDS >> 1] as number;
}

const service = await startControlplane();
// What is done for the first time takes longer.
await measure(service, FEW);
const [few, many, control] = [await measure(service, FEW), await measure(service, MANY), await measure(service, FEW)];
await service.stop();

const [times, noise] = [many / few, control / few];
const isVoid = Math.abs(noise - 1) > VOID_BEYOND;
const holds = few < MOST_MS && times <= MOST_TIMES;
if (process.env['BENCH_JSON']) {
  console.log(JSON.stringify({ name: 'Stream', few, many, times, control: noise, isVoid, holds }));
} else {
  console.log(`\nA change reaches all subscribers of the stream (the middle of ${ROUNDS})`);
  console.log(`  ${FEW} subscribers           ${few.toFixed(1)} ms (less than ${MOST_MS})`);
  console.log(`  ${MANY} subscribers          ${many.toFixed(1)} ms`);
  console.log(`  A/A control: ${noise.toFixed(3)}${isVoid ? '  VOID: the machine is too noisy' : ''}`);
  console.log(
    `  ${MANY} against ${FEW}: ${times.toFixed(1)} (at most ${MOST_TIMES}) ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  );
}
if (!isVoid && !holds) process.exitCode = 1;
