import { applyEdits, type Edit, type Node, visit } from 'jsonc-parser';
import { redactText } from '../../pii/redact.js';
import { RegexPIIScanner } from '../../pii/regex-pii-scanner.js';
import { harmless } from '../scan/harmless.js';
import { parseConfig } from './client-config.js';
import { replaced, written } from './pieces.js';

const MASK = '***';
/** Members whose values are nobody's business, whatever they are. */
const SECRET_TABLES = ['env', 'headers', 'http_headers'];
/** Options whose value holds a secret behind a sign. */
const HOLDERS = /^(?:-e|--env|-H|--header)$/;

/**
 * The lines of a client's configuration as they may be shown: values of `env` and `headers`, what the built-in scanner
 * finds, what stands behind options such as `--token`, and the secret parts of addresses are masked.
 */
export function maskConfig(text: string): readonly string[] {
  const scanner = new RegexPIIScanner();
  const edits: Edit[] = [];
  collect(parseConfig(text, 'configuration'), '', false, scanner, edits);
  const lines = applyEdits(text, [...edits, ...commentEdits(text)]).split('\n');
  return lines
    .map((line) => harmless(redactText(line, scanner.scan(line))).trimEnd())
    .map((line, index) => `${/^[ \t]*/.exec(lines[index] ?? '')?.[0] ?? ''}${line.trimStart()}`);
}

function collect(node: Node, key: string, secret: boolean, scanner: RegexPIIScanner, edits: Edit[]): void {
  if (node.type === 'object') {
    for (const { children } of node.children ?? []) {
      const [name, value] = children ?? [];
      if (name === undefined || value === undefined) continue;
      const inner = String(name.value);
      collect(value, inner, secret || SECRET_TABLES.includes(inner), scanner, edits);
    }
  } else if (node.type === 'array') {
    let before = '';
    for (const item of node.children ?? []) {
      collect(item, before.replace(/^-+/, '') || key, secret || HOLDERS.test(before), scanner, edits);
      before = typeof item.value === 'string' && item.value.startsWith('-') ? item.value : '';
    }
  } else if (secret && node.type !== 'null') {
    edits.push(replaced(node, `"${MASK}"`));
  } else if (typeof node.value === 'string') {
    const shown = maskWord(node.value, key, scanner);
    if (shown !== node.value) edits.push(replaced(node, JSON.stringify(shown)));
  }
}

function maskWord(word: string, key: string, scanner: RegexPIIScanner): string {
  const [, option, rest] = /^--?([\w-]+)=(.*)$/s.exec(word) ?? [];
  if (option !== undefined && rest !== undefined) {
    const shown = maskWord(rest, option, scanner);
    return shown === rest ? word : `${word.slice(0, word.length - rest.length)}${shown}`;
  }
  if (/^[a-z]+:\/\//i.test(word) && URL.canParse(word)) return maskAddress(word, scanner);
  return scanner.scanMember(key, scanner.scanKey(key), word).length > 0 ? MASK : word;
}

/** What people put keys into: before the host, behind the question mark, and as a part of the path. */
function maskAddress(address: string, scanner: RegexPIIScanner): string {
  const shown = address
    .replace(/^([a-z]+:\/\/)[^/?#]*@/i, `$1${MASK}@`)
    .replace(/#.*$/s, `#${MASK}`)
    .replace(/([?&][^=&#]*=)[^&#]*/g, `$1${MASK}`)
    .replace(/(?<=\/)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}/g, MASK);
  return redactText(shown, scanner.scan(shown));
}

/** Whoever comments a server out leaves its keys in the comment. */
function commentEdits(text: string): Edit[] {
  const edits: Edit[] = [];
  const onComment = (offset: number, length: number): void => {
    const piece = { offset, length };
    edits.push(replaced(piece, written(text, piece).replace(/(:\s*)"[^"\n]*"?/g, `$1"${MASK}"`)));
  };
  visit(text, { onComment }, { disallowComments: false, allowTrailingComma: true });
  return edits;
}
