import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { canonicalJson } from '../call/canonical-json.js';
import { isJsonObject, type JsonObject, setMember } from '../call/json.js';
import type { ToolCall } from '../call/tool-call.js';
import { Policy } from './policy.js';
import { decodePolicy, readPolicyBytes } from './yaml/read-policy-file.js';

/** What a call's tool is to be allowed by: nothing else in the file changes, and its comments stay. */
type Allowed = Pick<ToolCall, 'server' | 'tool'>;

/**
 * Writes into a policy file that one tool of one server is allowed: its entry in the `tools` table.
 *
 * The file is replaced as a whole or not at all. It stays as it is where the entry would not have this very call
 * allowed: a rule that blocks, is `final` or is `mandatory` goes before the table.
 *
 * @returns The policy that the file holds now.
 * @throws Error saying why nothing was written.
 */
export async function writeAllow(path: string, call: ToolCall, now: number): Promise<Policy> {
  const file = await realpath(path);
  const before = await readText(file);
  // A loadable document first: what does not load is not to be touched.
  Policy.parse(before, { source: path });
  const after = withEntry(before, call);
  const policy = Policy.parse(after, { source: path });
  const { action, ruleName } = policy.decide(call, now);
  if (action !== 'allow' || ruleName !== '<tools>') {
    throw new Error(`an entry in tools would not allow it: ${ruleName ?? 'another rule'} says ${action}`);
  }
  await replace(file, before, after);
  return policy;
}

function withEntry(text: string, { server, tool }: Allowed): string {
  if (server === '*' || tool === '*') throw new Error('its name would stand for every tool in the tools table');
  const document = parseDocument(text, { keepSourceTokens: true });
  if (!isMap(document.contents)) throw new Error('the policy is no table');
  document.setIn(['tools', server, tool], 'allow');
  const after = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  // An anchor stands for more than one place, and whoever said yes said it of this tool alone.
  if (canonicalJson(parseDocument(after).toJS()) !== canonicalJson(withAllowed(plain(text), server, tool))) {
    throw new Error('an entry in tools would change more than that, because of an anchor');
  }
  return after;
}

/** A policy file as data in which no two places are one object, whatever anchors it has. */
function plain(text: string): JsonObject {
  return JSON.parse(JSON.stringify(parseDocument(text).toJS())) as JsonObject;
}

function withAllowed(policy: JsonObject, server: string, tool: string): JsonObject {
  const tools = memberOf(policy, 'tools');
  const entries = memberOf(tools, server);
  setMember(entries, tool, 'allow');
  setMember(tools, server, entries);
  setMember(policy, 'tools', tools);
  return policy;
}

function memberOf(value: JsonObject, name: string): JsonObject {
  const member = Object.hasOwn(value, name) ? value[name] : undefined;
  return isJsonObject(member) ? member : {};
}

/** Written beside the file and moved over it: whoever reads sees the old file or the new one. */
async function replace(file: string, before: string, after: string): Promise<void> {
  const draft = join(dirname(file), `.${randomUUID()}.tmp`);
  try {
    const { mode } = await stat(file);
    const handle = await open(draft, 'wx', mode & 0o777);
    try {
      await handle.writeFile(after, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    if ((await readText(file)) !== before) throw new Error('the policy file was changed meanwhile');
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function readText(file: string): Promise<string> {
  return decodePolicy(await readPolicyBytes(file), file);
}
