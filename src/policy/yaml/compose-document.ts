import { Composer, type CST, type Document, isMap, isSeq, Lexer, Parser } from 'yaml';
import type { YamlProblems } from './yaml-problems.js';

/** Deeper than any document that is accepted, and far from the end of the stack. */
const MAX_NESTING = 200;
/** How many lexemes are read between two moments at which the work may be put off. */
const LEXEMES = 512;
/** How many rules are composed at once. */
const ITEMS = 32;

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  strict: true,
  // Looking for keys that stand twice takes the parser quadratic time; we look by ourselves.
  uniqueKeys: false,
  keepSourceTokens: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** A document as the parser composes it, without its values being read. */
export type YamlDocument = Document.Parsed;

/** Parses a text to exactly one document; throws what was found where that cannot be. */
export function* composeDocument(text: string, problems: YamlProblems): Generator<undefined, YamlDocument> {
  const tokens = yield* parseTokens(text, problems);
  problems.throwIfAny();
  const long = longList(tokens);
  const document = compose(tokens.map((token) => (long === undefined ? token : long.without(token))));
  if (document !== undefined) problems.addErrors(document.errors);
  if (document === undefined || isEmpty(document)) {
    problems.throwIfAny();
    problems.add(0, 'is empty: write rules, tools or defaults');
    problems.throwIfAny();
  }
  const { yaml } = (document as YamlDocument).directives;
  if (yaml.explicit === true && yaml.version !== '1.2') {
    problems.add(0, `asks for YAML ${yaml.version}: documents are YAML 1.2. Leave the %YAML line out`);
  }
  if (long !== undefined) yield* composeItems(document as YamlDocument, long, problems);
  return document as YamlDocument;
}

function compose(tokens: readonly CST.Token[]): YamlDocument | undefined {
  const composer = new Composer(OPTIONS);
  const documents: YamlDocument[] = [];
  for (const token of tokens) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return documents[0];
}

function isEmpty({ contents }: YamlDocument): boolean {
  return contents === null || (!isMap(contents) && !isSeq(contents) && contents.range[0] === contents.range[1]);
}

function* parseTokens(text: string, problems: YamlProblems): Generator<undefined, readonly CST.Token[]> {
  problems.lines.addNewLine(0);
  const parser = new Parser(problems.lines.addNewLine);
  const tokens: CST.Token[] = [];
  let documents = 0;
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'document' && ++documents > 1) return refuse(problems, token.offset);
    }
    if (parser.stack.length > MAX_NESTING) {
      problems.add(parser.offset, 'is nested too deeply');
      return tokens;
    }
    if (++lexemes % LEXEMES === 0) yield;
  }
  for (const token of parser.end()) tokens.push(token);
  const second = tokens.filter(({ type }) => type === 'document')[1];
  return second === undefined ? tokens : refuse(problems, second.offset);
}

function refuse(problems: YamlProblems, offset: number): readonly CST.Token[] {
  problems.add(offset, 'a second document begins here: a file holds one policy. Leave the --- out');
  return [];
}

/** The longest list right below the document: composed by itself, a piece at a time. */
interface LongList {
  readonly key: number;
  readonly list: CST.BlockSequence;
  /** The token with nothing but the last item in its place: what follows is told by where that ends. */
  without(token: CST.Token): CST.Token;
}

function longList(tokens: readonly CST.Token[]): LongList | undefined {
  const document = tokens.find((token): token is CST.Document => token.type === 'document');
  const map = document?.value;
  if (document === undefined || map?.type !== 'block-map') return undefined;
  const key = map.items.findIndex(({ value }) => value?.type === 'block-seq' && value.items.length > ITEMS);
  const item = map.items[key];
  if (item?.value?.type !== 'block-seq') return undefined;
  const list = item.value;
  const items = [...map.items];
  items[key] = { ...item, value: { ...list, items: list.items.slice(-1) } } as (typeof items)[number];
  const short = { ...document, value: { ...map, items } };
  return { key, list, without: (token) => (token === document ? short : token) };
}

/** Composes all but the last item of a long list, and puts them where they belong. */
function* composeItems(document: YamlDocument, { key, list }: LongList, problems: YamlProblems): Generator<undefined> {
  const map = document.contents;
  const target = isMap(map) ? map.items[key]?.value : undefined;
  if (!isSeq(target)) return;
  const items: (typeof target)['items'] = [];
  for (let at = 0; at < list.items.length - 1; at += ITEMS) {
    yield;
    const value: CST.BlockSequence = {
      ...list,
      items: list.items.slice(at, Math.min(at + ITEMS, list.items.length - 1)),
    };
    const piece = compose([{ type: 'document', offset: list.offset, start: [], value }]);
    if (piece === undefined) continue;
    problems.addErrors(piece.errors);
    if (isSeq(piece.contents)) items.push(...piece.contents.items);
  }
  target.items = items.concat(target.items);
}
