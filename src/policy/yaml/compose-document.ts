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
  yield;
  const whole = tokens.find((token): token is CST.Document => token.type === 'document');
  const lists = longLists(whole);
  yield;
  const document = compose(
    tokens.map((token) => (token === whole && lists.length > 0 ? shortened(whole, lists) : token)),
  );
  if (document !== undefined) problems.addErrors(document.errors);
  if (document === undefined || isEmpty(document)) {
    problems.throwIfAny();
    problems.add(0, `is empty: write ${problems.words.contents}`);
    problems.throwIfAny();
  }
  const { yaml } = (document as YamlDocument).directives;
  if (yaml.explicit === true && yaml.version !== '1.2') {
    problems.add(0, `asks for YAML ${yaml.version}: documents are YAML 1.2. Leave the %YAML line out`);
  }
  for (const list of lists) yield* composePieces(document as YamlDocument, list, problems);
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
  yield;
  for (const token of parser.end()) tokens.push(token);
  const second = tokens.filter(({ type }) => type === 'document')[1];
  return second === undefined ? tokens : refuse(problems, second.offset);
}

function refuse(problems: YamlProblems, offset: number): readonly CST.Token[] {
  problems.add(offset, `a second document begins here: a file holds one ${problems.words.noun}. Leave the --- out`);
  return [];
}

type List = CST.BlockSequence | CST.FlowCollection;
type ListItems = List['items'];

/** A long list right below the document: composed by itself, a piece at a time. */
interface LongList {
  readonly key: number;
  readonly list: List;
  readonly pieces: readonly ListItems[];
}

function longLists(document: CST.Document | undefined): readonly LongList[] {
  const map = document?.value;
  if (map?.type !== 'block-map' && (map?.type !== 'flow-collection' || map.start.source !== '{')) return [];
  return map.items.flatMap(({ value: list }, key) => {
    const isList = list?.type === 'block-seq' || (list?.type === 'flow-collection' && list.start.source === '[');
    if (!isList || list.items.length <= ITEMS) return [];
    return [{ key, list, pieces: piecesOf(list.items) }];
  });
}

/** Cuts a list into pieces that are lists themselves: they do not begin with a comma. */
function piecesOf(items: ListItems): readonly ListItems[] {
  const pieces: ListItems[] = [];
  let from = 0;
  for (let at = ITEMS; at < items.length; at++) {
    if (at - from < ITEMS || !isCut(items, at)) continue;
    pieces.push(pieceOf(items, from, at));
    from = at;
  }
  return [...pieces, pieceOf(items, from, items.length)];
}

/** A comma too many, or one that is missing, is an error of the list: items beside such places stay together. */
function isCut(items: ListItems, at: number): boolean {
  const [before, item] = [items[at - 1], items[at]] as [ListItems[number], ListItems[number]];
  if (item.start.some(({ type }) => type === 'seq-item-ind')) return true;
  return !isEmptyItem(before) && !isEmptyItem(item) && item.start.filter(({ type }) => type === 'comma').length === 1;
}

function isEmptyItem({ key, sep, value }: ListItems[number]): boolean {
  return key === undefined && sep === undefined && value === undefined;
}

function pieceOf(items: ListItems, from: number, to: number): ListItems {
  const [first, ...rest] = items.slice(from, to) as [ListItems[number], ...ListItems[number][]];
  const start = from === 0 ? first.start : first.start.filter(({ type }) => type !== 'comma');
  return [{ ...first, start }, ...rest] as ListItems;
}

/** The document with nothing but the last pieces of its long lists: what follows is told by where those end. */
function shortened(document: CST.Document, lists: readonly LongList[]): CST.Document {
  const map = document.value as CST.BlockMap | CST.FlowCollection;
  const items = [...map.items];
  for (const { key, list, pieces } of lists) {
    items[key] = { ...items[key], value: { ...list, items: pieces.at(-1) } } as (typeof items)[number];
  }
  return { ...document, value: { ...map, items } as CST.Token };
}

/** Composes all but the last piece of a long list, and puts their items where they belong. */
function* composePieces(
  document: YamlDocument,
  { key, list, pieces }: LongList,
  problems: YamlProblems,
): Generator<undefined> {
  const map = document.contents;
  const target = isMap(map) ? map.items[key]?.value : undefined;
  if (!isSeq(target)) return;
  const composed: (typeof target)['items'] = [];
  for (const items of pieces.slice(0, -1)) {
    yield;
    const value = { ...list, items } as List;
    const piece = compose([{ type: 'document', offset: list.offset, start: [], value }]);
    if (piece === undefined) continue;
    problems.addErrors(piece.errors);
    if (isSeq(piece.contents)) composed.push(...piece.contents.items);
  }
  target.items = composed.concat(target.items);
}
