import { readFileSync } from 'node:fs';
import type { Action } from '../../src/call/action.js';
import type { JsonObject } from '../../src/call/json.js';
import type { Layers, PolicyDocument } from '../policy/reference-evaluator.js';

/** One decision as every door has to give it; a row of `decisions.json`. */
export interface Vector {
  readonly name: string;
  /** The document that decides; or several in `layers`. */
  readonly policy?: PolicyDocument;
  readonly layers?: Layers;
  readonly call: {
    readonly server?: string;
    readonly tool: string;
    readonly arguments?: JsonObject;
    readonly principal?: { agent?: string; user?: string; attributes?: JsonObject };
    readonly annotations?: JsonObject;
    /** When the call comes in (ISO 8601); missing where time plays no part. */
    readonly now?: string;
  };
  readonly expect: {
    readonly action: Action;
    readonly rule?: string;
    /** Whether the call may run without anybody being asked. */
    readonly ok: boolean;
    readonly final?: boolean;
    readonly mandatory?: boolean;
    readonly layer?: string;
  };
}

/** Every vector there is. */
export const VECTORS = JSON.parse(readFileSync(new URL('decisions.json', import.meta.url), 'utf8')) as Vector[];
