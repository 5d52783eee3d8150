import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { UnusableInput } from '../policy/unusable-input.js';
import { harmless } from '../scan/harmless.js';
import { shownPath } from './shown-path.js';

/** One server of a client's configuration. */
export interface ServerEntry {
  readonly name: string;
  /** The keys that lead to it. */
  readonly path: readonly string[];
  /** Where its text begins in the file, in UTF-16 units. */
  readonly offset: number;
  /** Its text as it stands in the file. */
  readonly text: string;
}

/** Where clients keep their servers, besides the projects of Claude Code. */
const TABLES: readonly (readonly string[])[] = [
  ['mcpServers'],
  ['servers'],
  ['mcp', 'servers'],
  ['mcp.servers'],
  ['mcp', 'mcpServers'],
];

/**
 * Finds the servers in a client's configuration: JSON, in which comments and commas at the end are let pass.
 *
 * @param file - Named in texts.
 * @throws UnusableInput for what is no JSON, and for what holds no table of servers; quotes nothing of the text.
 */
export function readClientConfig(text: string, file: string): readonly ServerEntry[] {
  const root = parseConfig(text, file);
  const tables = [...TABLES, ...projectTables(root)].flatMap((path) => {
    const node = find(root, path);
    return node === undefined ? [] : [{ path, node }];
  });
  if (tables.length === 0) {
    throw new UnusableInput(
      `${harmless(file)}: holds no servers: there is no mcpServers, servers or mcp.servers in it`,
    );
  }
  return tables.flatMap(({ path, node }) => entriesOf(text, path, node, file));
}

/** One value of JSON with comments, as a tree. */
export function parseConfig(text: string, file: string): Node {
  const errors: ParseError[] = [];
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const root = parse(start === 0 ? text : ` ${text.slice(1)}`, errors, file);
  const [error] = errors;
  if (error !== undefined) {
    const { line, column } = positionOf(text, error.offset);
    throw new UnusableInput(`${harmless(file)}:${line}:${column}: is no JSON (${printParseErrorCode(error.error)})`);
  }
  if (root?.type !== 'object') throw new UnusableInput(`${harmless(file)}: is no JSON object`);
  return root;
}

/** Line and column of an offset, both from 1. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function parse(text: string, errors: ParseError[], file: string): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (fault) {
    // The parser descends by calling itself.
    if (fault instanceof RangeError) {
      throw new UnusableInput(`${harmless(file)}: is nested too deeply`, { cause: fault });
    }
    throw fault;
  }
}

function projectTables(root: Node): readonly (readonly string[])[] {
  const projects = find(root, ['projects']);
  if (projects?.type !== 'object') return [];
  return namesIn(projects).map((name) => ['projects', name, 'mcpServers']);
}

function entriesOf(text: string, path: readonly string[], table: Node, file: string): readonly ServerEntry[] {
  const at = `${harmless(file)}:${positionOf(text, table.offset).line}`;
  if (table.type !== 'object') throw new UnusableInput(`${at}: ${shownPath(path)} is no object`);
  const names = namesIn(table);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UnusableInput(`${at}: ${shownPath([...path, twice])} stands twice: clients take one of them`);
  }
  return (table.children ?? []).flatMap(({ children = [] }) => {
    const [key, value] = children;
    if (key === undefined || value === undefined) return [];
    const name = String(key.value);
    const { offset, length } = value;
    return [{ name, path: [...path, name], offset, text: text.slice(offset, offset + length) }];
  });
}

function namesIn(table: Node): readonly string[] {
  return (table.children ?? []).map(({ children }) => String(children?.[0]?.value));
}

/** A table that stands twice is one of two things to a client; which one, nobody knows. */
function find(root: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const [index, key] of path.entries()) {
    if (node?.type !== 'object') return undefined;
    if (namesIn(node).filter((name) => name === key).length > 1) {
      throw new UnusableInput(`${shownPath(path.slice(0, index + 1))} stands twice: clients take one of them`);
    }
    node = findNodeAtLocation(node, [key]);
  }
  return node;
}
