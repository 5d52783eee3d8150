import type { Sink } from '../audit/audit-event.js';
import { isJsonObject } from '../call/json.js';
import { ConfigError } from '../errors/config-error.js';
import type { EnvironmentOptions } from './env.js';
import type { AuditOptions, AuditParams, GovernanceOptions } from './options.js';
import { checkOptions } from './schema.js';

/** Where audit events go and what they hold, with every default settled. */
export interface ResolvedAudit {
  readonly sinks: readonly Sink[];
  /** Of a store to open in place of sinks; undefined where there are some, or none are wanted. */
  readonly url: string | undefined;
  readonly params: AuditParams;
  /** Undefined: one is made. */
  readonly hashKey: Buffer | undefined;
  readonly timeoutMs: number;
}

/**
 * Settles `audit`: a sink, several, or an object that says more.
 *
 * @throws ConfigError for anything that cannot be right, and for a required sink that keeps no intents.
 */
export function resolveAudit(given: GovernanceOptions['audit'], environment: EnvironmentOptions): ResolvedAudit {
  const {
    sinks: said,
    params,
    hashKey,
    timeoutMs,
  } = isMore(given) ? checkOptions('audit', given, 'audit') : bare(given);
  const sinks = said === undefined ? [] : [said].flat();
  const url = said === undefined ? environment.auditUrl : undefined;
  if (given !== undefined && said === undefined && url === undefined) {
    throw new ConfigError('audit: name the sinks, or set MCP_GOVERNANCE_AUDIT_URL.');
  }
  if (sinks.some((sink) => sink.required === true && typeof sink.intend !== 'function')) {
    throw new ConfigError('audit: a sink with required: true must have intend(), which keeps a call before it runs.');
  }
  const key = hashKey ?? environment.auditHashKey;
  return Object.freeze({
    sinks,
    url,
    params: params ?? 'redacted',
    hashKey: key === undefined ? undefined : Buffer.from(key as string),
    timeoutMs: timeoutMs ?? 5_000,
  });
}

function bare(given: Sink | readonly Sink[] | undefined): AuditOptions {
  return given === undefined ? {} : { sinks: checkOptions('sinks', given, 'audit') };
}

/** A plain object that is no sink says more than where events go. One of a class was meant for a sink. */
function isMore(given: GovernanceOptions['audit']): given is AuditOptions {
  if (!isJsonObject(given) || typeof given['write'] === 'function') return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === Object.prototype || prototype === null;
}
