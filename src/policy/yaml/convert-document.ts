import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { type JsonObject, setMember } from '../../call/json.js';
import type { YamlDocument } from './compose-document.js';
import type { YamlProblems } from './yaml-problems.js';

const MAX_DEPTH = 64;
/** Values that aliases may stand for in all: enough for people, too few for a bomb. */
const MAX_ALIASED = 10_000;
const SLICE = 64;

const PLAIN_TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => `tag:yaml.org,2002:${tag}`);

/** A value, with what it costs to write it out. */
interface Converted {
  readonly value: unknown;
  /** How many values it holds, itself included. */
  readonly size: number;
  readonly height: number;
}

/** A document's value, and what each alias stands for. */
export interface ConvertedDocument {
  readonly value: unknown;
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** Reads the values of a composed document: plain ones only, aliases bounded, keys once. */
export function* convertDocument(
  { contents }: YamlDocument,
  problems: YamlProblems,
): Generator<undefined, ConvertedDocument> {
  const converter = new Converter(problems);
  if (!isMap(contents) || contents.anchor !== undefined) {
    return { value: converter.convert(contents, 0).value, targets: converter.targets };
  }
  const value: JsonObject = {};
  converter.checkTag(contents);
  const seen = new Map<string, number>();
  for (const pair of contents.items as Pair<Node, Node | null>[]) {
    const key = converter.keyOf(pair, seen);
    const list = pair.value;
    if (isSeq(list) && list.anchor === undefined && list.tag === undefined) {
      const items: unknown[] = [];
      for (const item of list.items) {
        items.push(converter.convert(item as Node, 2).value);
        if (items.length % SLICE === 0) yield;
      }
      if (key !== undefined) setMember(value, key, items);
    } else {
      const converted = converter.convert(list, 1).value;
      if (key !== undefined) setMember(value, key, converted);
    }
  }
  return { value, targets: converter.targets };
}

class Converter {
  readonly targets = new Map<Alias, Node>();
  readonly #anchors = new Map<string, { node: Node; converted: Converted | undefined }>();
  #aliased = 0;

  constructor(private readonly problems: YamlProblems) {}

  convert(node: Node | null | undefined, depth: number): Converted {
    if (node === null || node === undefined) return scalar(null);
    if (isAlias(node)) return this.#follow(node, depth);
    if (depth > MAX_DEPTH) {
      this.#add(node, `is nested more than ${MAX_DEPTH} levels deep`);
      return scalar(null);
    }
    this.checkTag(node);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, { node, converted: undefined });
    const converted = this.#contentsOf(node, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, converted });
    return converted;
  }

  checkTag(node: Node): void {
    const { tag } = node;
    if (tag === undefined || PLAIN_TAGS.includes(tag)) return;
    const { noun } = this.problems.words;
    this.#add(node, `has the tag ${tag}: a ${noun} holds plain values. A text that begins with ! has to be in quotes`);
  }

  /** The text of a key; undefined for one that is refused. */
  keyOf({ key }: Pair<Node, Node | null>, seen: Map<string, number>): string | undefined {
    if (!isScalar(key) || typeof key.value !== 'string') {
      this.#add(key, 'keys have to be texts: put this one in quotes');
      return undefined;
    }
    this.checkTag(key);
    const first = seen.get(key.value);
    if (first === undefined) {
      seen.set(key.value, key.range?.[0] ?? 0);
      return key.value;
    }
    const { line } = this.problems.lines.linePos(first);
    this.#add(key, `the key '${key.value}' stands twice, first in line ${line}: write one of them`);
    return undefined;
  }

  #contentsOf(node: Node, depth: number): Converted {
    if (isSeq(node)) {
      const items = node.items.map((item) => this.convert(item as Node, depth + 1));
      return whole(
        items.map(({ value }) => value),
        items,
      );
    }
    if (isMap(node)) return this.#mapOf(node.items as Pair<Node, Node | null>[], depth);
    if (!isScalar(node)) return scalar(null);
    if (typeof node.value === 'number' && !Number.isSafeInteger(node.value) && /^[-+]?\d+$/.test(node.source ?? '')) {
      this.#add(node, 'is a whole number too large to be held exactly: write it as a text, in quotes');
    }
    return scalar(node.value);
  }

  #mapOf(pairs: readonly Pair<Node, Node | null>[], depth: number): Converted {
    const value: JsonObject = {};
    const seen = new Map<string, number>();
    const members = pairs.map((pair) => {
      const key = this.keyOf(pair, seen);
      const converted = this.convert(pair.value, depth + 1);
      if (key !== undefined) setMember(value, key, converted.value);
      return converted;
    });
    return whole(value, members);
  }

  #follow(alias: Alias, depth: number): Converted {
    const anchor = this.#anchors.get(alias.source);
    if (anchor === undefined) {
      this.#add(alias, `'*${alias.source}' refers to nothing. A text that begins with * has to be in quotes`);
      return scalar(null);
    }
    const { node, converted } = anchor;
    this.#aliased += converted?.size ?? 0;
    if (converted === undefined || depth + converted.height > MAX_DEPTH || this.#aliased > MAX_ALIASED) {
      this.#add(alias, converted === undefined ? 'refers to what it is a part of' : 'aliases stand for too much');
      return scalar(null);
    }
    this.targets.set(alias, node);
    return converted;
  }

  #add(node: Node | null, message: string): void {
    this.problems.add(node?.range?.[0] ?? 0, message);
  }
}

function scalar(value: unknown): Converted {
  return { value, size: 1, height: 0 };
}

function whole(value: unknown, parts: readonly Converted[]): Converted {
  let [size, height] = [1, 0];
  for (const part of parts) {
    size += part.size;
    height = Math.max(height, part.height + 1);
  }
  return { value, size, height };
}
