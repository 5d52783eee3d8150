import { applyEdits, type Edit } from 'jsonc-parser';
import { replaced, written } from './pieces.js';
import { type Member, membersOf, readServer, type ServerShape } from './server-shape.js';

/**
 * The text of an entry with its server behind the proxy: what is not changed stays as it is written, comments and all.
 *
 * @param head - The words that start the proxy, up to what it is before.
 * @returns The text itself where there is nothing that could be put behind it.
 */
export function wrapEntry(text: string, head: readonly string[]): string {
  const shape = readServer(text);
  if (shape.kind === 'command') return applyEdits(text, commandEdits(text, shape, head));
  if (shape.kind === 'remote') return applyEdits(text, remoteEdits(text, shape, head));
  return text;
}

type Shape<K extends ServerShape['kind']> = Extract<ServerShape, { kind: K }>;

/** The command moves, letter for letter, before its first argument. */
function commandEdits(text: string, { command, args }: Shape<'command'>, head: readonly string[]): Edit[] {
  const [program, ...rest] = head;
  const moved = [...[...rest, '--'].map((word) => JSON.stringify(word)), written(text, command.value)].join(', ');
  const start = replaced(command.value, JSON.stringify(program));
  if (args === undefined) {
    const end = command.value.offset + command.value.length;
    return [start, { offset: end, length: 0, content: `,${spaceBefore(text, command)}"args": [${moved}]` }];
  }
  const first = args.value.children?.[0];
  const inside = args.value.offset + 1;
  if (first === undefined) return [start, { offset: inside, length: 0, content: moved }];
  const space = blank(text.slice(inside, first.offset));
  return [start, { offset: first.offset, length: 0, content: `${moved},${space}` }];
}

/** The address becomes an argument; headers, which others must not see in a list of processes, the environment. */
function remoteEdits(text: string, shape: Shape<'remote'>, head: readonly string[]): Edit[] {
  const [program, ...rest] = head;
  const headers = shape.headers === undefined ? [] : [...(membersOf(shape.headers.value) ?? [])];
  const variables = variablesOf(headers.map(([name]) => name));
  const words = [...rest, ...headers.flatMap(([name], index) => ['--header-env', `${name}=${variables[index]}`])];
  const args = [...[...words, '--target'].map((word) => JSON.stringify(word)), written(text, shape.url.value)].join(
    ', ',
  );
  const content = `"command": ${JSON.stringify(program)},${spaceBefore(text, shape.url)}"args": [${args}]`;
  const edits = [replaced(shape.url.node, content)];
  if (shape.type !== undefined) edits.push(replaced(shape.type.value, '"stdio"'));
  if (shape.headers !== undefined) edits.push(replaced(shape.headers.key, '"env"'));
  return [...edits, ...headers.map(([, { key }], index) => replaced(key, JSON.stringify(variables[index])))];
}

/** A variable for each header; headers that differ by a sign only are numbered. */
function variablesOf(headers: readonly string[]): readonly string[] {
  const variables: string[] = [];
  for (const header of headers) {
    const plain = `UPSTREAM_${header.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
    let variable = plain;
    for (let count = 2; variables.includes(variable); count++) variable = `${plain}_${count}`;
    variables.push(variable);
  }
  return variables;
}

/** What separates a member from the one before: its line's beginning, or a blank. */
function spaceBefore(text: string, { node }: Member): string {
  return blank(/[ \t\r\n]*$/.exec(text.slice(0, node.offset))?.[0] ?? '');
}

function blank(space: string): string {
  return /^[ \t\r\n]+$/.test(space) ? space : ' ';
}
