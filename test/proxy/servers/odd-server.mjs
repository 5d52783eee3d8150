// A server of one file that does what servers should not do. Speaks JSON-RPC in lines, without any library.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import process from 'node:process';

const [, , note] = process.argv;
const say = (text) => note !== undefined && appendFileSync(note, `${text}\n`);
say(`started ${process.pid}`);

const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const text = (said) => ({ content: [{ type: 'text', text: said }] });

const TOOLS = {
  echo: ({ id, params }) => write({ id, result: text(String(params.arguments?.say)) }),
  crash: () => process.exit(3),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => undefined,
  junk: ({ id }) => {
    process.stdout.write('Debugger attached.\n{"half":\n[]\n\n{"jsonrpc":"2.0"}\n');
    write({ id, result: text('after junk') });
  },
  flood: async ({ id, params }) => {
    for (let at = 0; at < params.arguments.lines; at++) {
      const more = write({ method: 'notifications/message', params: { level: 'info', data: `line ${at}` } });
      if (!more) await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    write({ id, result: text('flooded') });
  },
  large: ({ id, params }) => {
    process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"`);
    for (let at = 0; at < params.arguments.megabytes; at++) process.stdout.write('x'.repeat(1024 ** 2));
    process.stdout.write('"}]}}\n');
  },
  twice: ({ id }) => {
    write({ id, result: text('first') });
    write({ id, result: text('second') });
    write({ id: 'nobody asked', result: text('for nobody') });
  },
  ask: ({ id }) => {
    write({ id: `ask-${String(id)}`, method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } });
    waiting.set(`ask-${String(id)}`, (answer) => write({ id, result: text(JSON.stringify(answer.result)) }));
  },
  stderr: ({ id, params }) => {
    process.stderr.write(`${params.arguments.say}\n`);
    write({ id, result: text('said') });
  },
  child: ({ id }) => {
    // Not detached, and deaf to polite signals.
    const script = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000)";
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    write({ id, result: text(String(child.pid)) });
  },
  environment: ({ id, params }) => write({ id, result: text(String(process.env[params.arguments.name])) }),
};

const waiting = new Map();
let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = `${rest}${chunk}`.split('\n');
  rest = lines.pop();
  for (const line of lines) take(JSON.parse(line));
});
process.stdin.on('end', () => say('end of input'));
if (process.argv.includes('--deaf')) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => say(signal));
  setInterval(() => undefined, 1000);
}

function take(message) {
  const { id, method, params } = message;
  if (method === undefined) waiting.get(id)?.(message);
  else say(method === 'tools/call' ? `called ${params.name}` : method);
  if (method === 'initialize') {
    const capabilities = { tools: {}, logging: {} };
    write({ id, result: { protocolVersion: '2025-06-18', capabilities, serverInfo: { name: 'odd', version: '1' } } });
  } else if (method === 'tools/call') TOOLS[params.name](message);
  else if (method !== undefined && id !== undefined) write({ id, result: {} });
}
