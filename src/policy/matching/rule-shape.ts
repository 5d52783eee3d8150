import { ANY_NAME, coarser, type NameShape } from './name-shape.js';

/** Whose calls a rule is looked up for: anybody's, or those of a user or an agent it names exactly. */
export type Caller = 'anybody' | 'user' | 'agent';

/** What rules say of the tool, of the server and of the caller, as far as it tells them apart. */
export interface RuleShape {
  readonly tool: NameShape;
  readonly server: NameShape;
  readonly caller: Caller;
  /** Another number for every other shape. */
  readonly id: number;
}

/** Every shape is looked up for every new name: beyond so many, patterns of rare shapes share coarser ones. */
const MOST_SHAPES = 64;
const CALLERS: readonly Caller[] = ['anybody', 'user', 'agent'];

/** The shapes that occur among many rules. */
export class RuleShapes {
  readonly #byId = new Map<number, RuleShape>();
  /** Those of rules that are looked up for anybody. */
  readonly open: RuleShape[] = [];
  /** Those of rules that are looked up by user or agent. */
  readonly named: RuleShape[] = [];

  /** The shape under which a rule is kept; one that is new is remembered. */
  keep(tool: NameShape, server: NameShape, caller: Caller): RuleShape {
    const id = idOf(tool, server, caller);
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const shapes = caller === 'anybody' ? this.open : this.named;
    if (shapes.length >= MOST_SHAPES) {
      const [toolShape, serverShape] = [coarser(tool), server.exact ? server : ANY_NAME];
      if (idOf(toolShape, serverShape, caller) !== id) return this.keep(toolShape, serverShape, caller);
    }
    const shape = { tool, server, caller, id };
    this.#byId.set(id, shape);
    shapes.push(shape);
    return shape;
  }
}

/** Lengths are at most 256. */
function idOf(tool: NameShape, server: NameShape, caller: Caller): number {
  return (codeOf(tool) * 2 ** 19 + codeOf(server)) * CALLERS.length + CALLERS.indexOf(caller);
}

function codeOf({ exact, prefixLength, suffixLength }: NameShape): number {
  return exact ? 0 : 1 + prefixLength * 512 + suffixLength;
}
