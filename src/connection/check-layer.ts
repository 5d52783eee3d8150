import { z } from 'zod';
import { ACTIONS, RISKS } from '../call/action.js';
import type { Clock } from '../call/clock.js';
import type { Decision, Obligations } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import { isJsonObject } from '../call/json.js';
import { OwnFault } from '../pipeline/own-fault.js';
import { policyCheck, type PolicyCheckRequest } from '../wire/checks.js';
import { jsonObject } from '../wire/fields.js';
import { JsonError, parseJson } from '../call/read-json.js';
import { Breaker, type BreakerState } from './breaker.js';
import { ConnectionFault } from './connection-fault.js';
import type { ControlplaneLayer } from './controlplane-layer.js';
import type { HttpClient } from './http-client.js';
import { Turns } from './turns.js';

/** Questions at once: what is sent has a connection. */
export const MOST_QUESTIONS = 32;
/** Questions that wait for a connection. */
const MOST_WAITING = 1_000;
/** Whoever sends so much chooses how long it takes: that it took too long says nothing of the service. */
const LARGE_BYTES = 64 * 1024;
/** A deadline that is noticed so late was missed by this process, which had other things to do. */
const LATE_MS = 100;

/** What asking about every call stands on. */
export interface CheckLayerOptions {
  readonly http: Pick<HttpClient, 'send'>;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** From 0 to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Told of each answer that is none. */
  readonly onFault: (fault: ConnectionFault) => void;
}

/**
 * What is read of an answer. Other controlplanes answer with less than ours; what is there must be what it should be, and
 * `decision`, which repeats the action, must not say another one.
 */
const answer = z
  .object({
    action: z.enum(ACTIONS),
    decision: z.enum(ACTIONS).nullish(),
    reason: z.string().nullish(),
    policy_id: z.string().nullish(),
    metadata: jsonObject.nullish(),
    revision: z.union([z.int(), z.string()]).nullish(),
    matched: z.boolean().nullish(),
    rule_name: z.string().nullish(),
    layer: z.string().nullish(),
    conflicts: z.array(z.string()).nullish(),
    risk: z.enum(RISKS).nullish(),
    approvers: z.array(z.string()).nullish(),
    timeout_minutes: z.number().positive().nullish(),
    throttle_delay_seconds: z.number().min(0).nullish(),
    mandatory: z.boolean().nullish(),
    final: z.boolean().nullish(),
  })
  .refine(({ action, decision }) => (decision ?? action) === action);

type Answer = z.infer<typeof answer>;

/** An answer whose action is none that we know. */
const UNKNOWN: Decision = Object.freeze({ action: 'unknown' as never });

/** Asks a controlplane about every call: for those that offer nothing else. */
export class CheckLayer implements ControlplaneLayer {
  readonly trusted = false;
  readonly #options: CheckLayerOptions;
  readonly #breaker: Breaker;
  readonly #turns: Turns;
  #fault: ConnectionFault | undefined;

  constructor(options: CheckLayerOptions) {
    this.#options = options;
    const { clock, timeoutMs, random } = options;
    this.#breaker = new Breaker(clock, random);
    this.#turns = new Turns({ most: MOST_QUESTIONS, mostWaiting: MOST_WAITING, waitMs: timeoutMs, clock });
  }

  /** How requests are met at this moment. */
  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  /** Why the last request failed; undefined where it did not. */
  get fault(): ConnectionFault | undefined {
    return this.#fault;
  }

  /** Each call is asked about when it comes. */
  ready(): undefined {
    return undefined;
  }

  /**
   * {@inheritDoc ControlplaneLayer.opinion}
   *
   * A call that waits for others waits as long again at most, and is refused then: their number is the callers' doing.
   */
  async opinion(call: ToolCall): Promise<Decision | undefined> {
    const body = writeQuestion(call);
    const { signal } = call;
    try {
      const decision = readAnswer(await this.#turns.run(() => this.#ask(body, signal), signal));
      this.#fault = undefined;
      return decision;
    } catch (thrown) {
      if (signal?.aborted === true && !(thrown instanceof OwnFault)) throw new OwnFault(thrown);
      if (!(thrown instanceof ConnectionFault)) throw thrown;
      if (thrown.kind === 'declined') throw new OwnFault(thrown);
      this.#fault = thrown;
      this.#options.onFault(thrown);
      throw thrown;
    }
  }

  async #ask(body: string, signal: AbortSignal | undefined): Promise<string> {
    const { http, timeoutMs, clock } = this.#options;
    const request = async (): Promise<string> => {
      const sent = clock.elapsed();
      try {
        const { text } = await http.send({ method: 'POST', path: policyCheck.path, body, timeoutMs, signal });
        return text;
      } catch (thrown) {
        if (!(thrown instanceof ConnectionFault) || thrown.kind !== 'timeout') throw thrown;
        const isLate = clock.elapsed() - sent > timeoutMs + LATE_MS;
        throw isLate || Buffer.byteLength(body) > LARGE_BYTES ? new OwnFault(thrown) : thrown;
      }
    };
    return this.#breaker.run(request, (thrown) => !isTheCallers(thrown, signal));
  }

  /** Answers hold no definitions. */
  acceptsDefinition(): false {
    return false;
  }

  /** Answers hold no settings. */
  settingsFor(): readonly [] {
    return [];
  }
}

/** What a caller can bring about by what it sends: that must not pass for a service that is away. */
function isTheCallers(thrown: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true || thrown instanceof OwnFault) return true;
  return thrown instanceof ConnectionFault && thrown.kind === 'declined';
}

/** @throws OwnFault for a call that cannot be asked about. */
function writeQuestion({ server, tool, principal, arguments: args, definition }: ToolCall): string {
  const { agent, user, attributes } = principal;
  const question: PolicyCheckRequest = {
    workflow_name: `mcp:${segment(server)}:${segment(tool)}`,
    agent_name: agent,
    user_id: user,
    arguments: args,
    attributes: attributes,
    ...(definition?.annotations === undefined ? {} : { annotations: definition.annotations }),
  };
  try {
    return JSON.stringify(question);
  } catch (fault) {
    throw new OwnFault(fault);
  }
}

function segment(name: string): string {
  return name.replaceAll('%', '%25').replaceAll(':', '%3A');
}

/**
 * Reads an answer; undefined where the controlplane has no opinion.
 *
 * JSON that says something else than a decision is an answer whose action is unknown: it is refused, whatever `failOpen`
 * says. What is no JSON is no answer.
 *
 * @throws ConnectionFault for no answer.
 */
function readAnswer(text: string): Decision | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (fault) {
    if (fault instanceof JsonError && fault.reason === 'ambiguous') return UNKNOWN;
    throw new ConnectionFault('unusable', `the answer is ${(fault as Error).message}`, { code: 'json' });
  }
  if (!isJsonObject(value)) throw new ConnectionFault('unusable', 'the answer is no JSON object', { code: 'json' });
  const read = answer.safeParse(value);
  if (!read.success) return UNKNOWN;
  // Whoever says that nothing matched and refuses all the same refuses.
  return read.data.matched === false && read.data.action === 'allow' ? undefined : toDecision(read.data);
}

function toDecision(said: Answer): Decision {
  const { reason, rule_name, policy_id, revision, layer, risk, conflicts, metadata } = said;
  return {
    action: said.action,
    ...present({ reason, ruleName: rule_name ?? policy_id, policyId: policy_id, layer, risk, conflicts, metadata }),
    ...(revision === null || revision === undefined ? {} : { revision: String(revision) }),
    obligations: toObligations(said),
    final: said.final ?? false,
    mandatory: said.mandatory ?? false,
  };
}

/** The reference says the delay of a throttle in the metadata. */
function toObligations({ throttle_delay_seconds, approvers, timeout_minutes, metadata }: Answer): Obligations {
  const delay = throttle_delay_seconds ?? metadata?.['throttle_delay_seconds'];
  return present({
    throttleDelaySeconds: typeof delay === 'number' && delay >= 0 ? delay : undefined,
    approvers,
    timeoutMinutes: timeout_minutes,
  });
}

function present<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as never;
}
