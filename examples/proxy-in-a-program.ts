// The proxy as a part of a program, between streams of its own.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
// #region start
import { startProxy } from 'mcp-governance/proxy';

const input = new PassThrough();
const output = new PassThrough();
const proxy = await startProxy({
  // Left out, these are the standard input and output of the program.
  inbound: { kind: 'stdio', input, output },
  upstreams: [
    {
      name: 'everything',
      target: { kind: 'stdio', command: 'node_modules/.bin/mcp-server-everything', args: [] },
      governance: { toolConfigs: { echo: { policyAction: 'block' } } },
    },
  ],
});
// #endregion

input.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hi"}}}\n');
const [line] = (await once(output, 'data')) as [Buffer];
assert.match(line.toString(), /Tool call blocked by policy: /);
await proxy.close();
console.log('ok: a call was refused before it reached the server');
