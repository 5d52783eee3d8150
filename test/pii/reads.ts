/** How much work was done on texts, counted and not timed. */
export interface Work {
  /** Characters that were looked at: one for each access, as many as there are in each part that was cut or searched. */
  readonly reads: number;
}

type Method = (this: string, ...args: never[]) => unknown;

/** What each method of a text reads of it. */
const COSTS: Readonly<Record<string, (text: string, result: unknown, args: readonly unknown[]) => number>> = {
  charCodeAt: () => 1,
  codePointAt: () => 1,
  charAt: () => 1,
  at: () => 1,
  startsWith: (_text, _result, [part]) => String(part).length,
  endsWith: (_text, _result, [part]) => String(part).length,
  slice: (_text, result) => String(result).length,
  substring: (_text, result) => String(result).length,
  indexOf: (text, result, [, from]) => (Number(result) < 0 ? text.length : Number(result)) - Number(from ?? 0) + 1,
  lastIndexOf: (text) => text.length,
  includes: (text) => text.length,
  split: (text) => text.length,
  trim: (text) => text.length,
  toLowerCase: (text) => text.length,
  toUpperCase: (text) => text.length,
  normalize: (text) => text.length,
};

/**
 * Runs something, and counts what it reads of texts by the methods of String and by regular expressions.
 *
 * A regular expression counts for what it matched, or, where it found nothing, for what was left of its text; a sticky
 * one that found nothing counts for one, as nobody can tell how far it came.
 */
export function countReads(run: () => void): Work {
  let reads = 0;
  const texts = String.prototype as unknown as Record<string, Method>;
  const natives = Object.keys(COSTS).map((name): [string, Method] => [name, texts[name] as Method]);
  const nativeExec = RegExp.prototype.exec;
  for (const [name, native] of natives) {
    const cost = COSTS[name]!;
    texts[name] = function (this: string, ...args: never[]): unknown {
      const result = Reflect.apply(native, this, args);
      reads += cost(this, result, args);
      return result;
    };
  }
  // Every other method of a regular expression calls this one.
  RegExp.prototype.exec = function (this: RegExp, text: string): RegExpExecArray | null {
    const from = this.sticky || this.global ? this.lastIndex : 0;
    const result = Reflect.apply(nativeExec, this, [text]);
    reads += result === null ? (this.sticky ? 1 : text.length - from) : result.index + result[0].length - from + 1;
    return result;
  };
  try {
    run();
  } finally {
    for (const [name, native] of natives) texts[name] = native;
    RegExp.prototype.exec = nativeExec;
  }
  return { reads };
}
