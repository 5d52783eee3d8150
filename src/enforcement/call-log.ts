import { AuditError } from '../audit/audit-error.js';
import { ACTIONS } from '../call/action.js';
import type { FindingAction } from '../call/finding.js';
import type { ConnectionPart } from '../connection/connection.js';
import { ConfigError } from '../errors/config-error.js';
import { describeFault, log, type LogLevel } from '../telemetry/log.js';
import type { TextMask } from './text-mask.js';

/** What a line says of hostile text in the definition of a tool. */
const DEFINITION_ACTIONS: Readonly<Record<FindingAction, string>> = {
  allow: 'allowed',
  warn: 'it was listed as it is',
  redact: 'that was removed from what is listed',
  block: 'the tool is hidden and its calls are refused',
};

/** What a line says of each part of a connection that failed. */
const CONNECTION_PARTS: Readonly<Record<ConnectionPart, string>> = {
  policies: 'the controlplane did not say what is permitted, and what is known decides',
  'snapshot file': 'the last good policies could not be read or kept on disk',
  audit: 'audit events could not be delivered and wait',
  approvals: 'the inbox did not answer',
  definitions: 'definitions of tools could not be reported',
};
/** Faults whose texts are ours and quote nothing. */
const OF_CONNECTIONS = ['ConnectionFault', 'SnapshotFileError'];

/** Every line that an enforcement point writes to the log. Nothing that the scanner knows gets into one. */
export class CallLog {
  readonly #mask: TextMask;
  #unknownTypes: readonly string[] = [];

  constructor(mask: TextMask) {
    this.#mask = mask;
  }

  /** A part of governance failed. */
  readonly fault = (part: string, fault: unknown, open: boolean): void => {
    const end = open ? 'the call went on (failOpen)' : 'the call was refused';
    this.#write(open ? 'warn' : 'error', `${part} failed and ${end}: ${described(fault)}`);
  };

  /** A policy asks for a call to be warned of. */
  readonly warning = (policyId: string, reason: string): void => {
    this.#write('warn', `MCP governance warning for ${policyId} -- ${reason}`);
  };

  /** A decision point answered with anything but a decision. */
  readonly unknownAction = (policyId: string): void => {
    this.#write('error', `the decision point's answer for ${policyId} has none of the actions ${ACTIONS.join(', ')}`);
  };

  /** An answer that was to be remembered is not. */
  readonly countsOnce = (tool: string, why: string): void => {
    this.#write('warn', `the approval of ${tool} counts for this call alone: ${why}`);
  };

  /** The store of limits is gone. */
  readonly limiterFault = (fault: unknown): void => {
    this.#write('warn', `the rate limit store failed and this process counts by itself: ${describeFault(fault)}`);
  };

  /** The store of limits is there again. */
  readonly limiterBack = (): void => {
    this.#write('warn', 'the rate limit store answers again and counts for all processes');
  };

  /** Sinks did not take so many events; `fault` is that of the last. */
  readonly dropped = (count: number, fault: unknown): void => {
    const events = count === 1 ? 'an event' : `${count} events`;
    this.#write('error', `an audit sink did not take ${events}: ${described(fault)}`);
  };

  /** A policy file was read anew. */
  readonly policyReloaded = (path: string, revision: string): void => {
    this.#write('info', `${path} has changed: revision ${revision} is in force`);
  };

  /** A policy file was changed into none. */
  readonly policyFault = (path: string, fault: unknown): void => {
    const text = fault instanceof ConfigError ? fault.message : `${path}: ${describeFault(fault)}`;
    this.#write('error', `${text} The last good policy stays in force.`);
  };

  /** The definition of a tool holds hostile text. */
  readonly hostileDefinition = (policyId: string, type: string, action: FindingAction): void => {
    this.#write('warn', `the definition of ${policyId} holds ${type}: ${DEFINITION_ACTIONS[action]}`);
  };

  /** The definition of a tool could not be scanned. */
  readonly definitionFault = (policyId: string, fault: unknown, open: boolean): void => {
    const end = open ? 'it was listed unscanned (failOpen)' : 'it was not listed';
    const text = `scanning the definition of ${policyId} failed and ${end}: ${describeFault(fault)}`;
    this.#write(open ? 'warn' : 'error', text);
  };

  /** Something of the connection to the controlplane failed; the texts are ours. */
  connectionFault(part: ConnectionPart, fault: unknown): void {
    const text = fault instanceof Error && OF_CONNECTIONS.includes(fault.name) ? fault.message : described(fault);
    this.#write('warn', `${CONNECTION_PARTS[part]}: ${text}`);
  }

  /** Policies of the controlplane are in force. */
  policiesFetched(revision: number): void {
    this.#write('info', `revision ${revision} of the controlplane's policies is in force`);
  }

  /** Settings of the controlplane name types that the scanner does not have; said once of each. */
  unknownTypes(types: readonly string[]): void {
    const told = this.#unknownTypes;
    this.#unknownTypes = types;
    const news = types.filter((type) => !told.includes(type));
    // What is no name of a type is not written at all.
    const names = news.filter((type) => /^\w{1,40}$/.test(type)).slice(0, 10);
    if (news.length === 0) return;
    const which = names.length === 0 ? '' : `: ${names.join(', ')}`;
    this.#write('warn', `the controlplane's settings name types that this scanner does not know and ignores${which}`);
  }

  /** An address without a key: nothing is asked there; said once, at the start. */
  keyMissing(): void {
    this.#write('warn', 'there is the address of a controlplane and no key: local policies alone decide');
  }

  /** What a call sent ahead of its result may not leave. */
  withheld(method: string, policyId: string, code: string): void {
    this.#write('warn', `${method} of ${policyId} was withheld: ${code}`);
  }

  /** Spans or metrics could not be written. */
  telemetryFault(fault: unknown): void {
    this.#write('error', `telemetry failed: ${describeFault(fault)}`);
  }

  /** A tool that the operator does not want governed; said once, at the start. */
  ungoverned(pattern: string): void {
    this.#write('warn', `${pattern} is not governed (toolConfigs: enabled is false)`);
  }

  #write(level: LogLevel, text: string): void {
    log(level, this.#mask.text(text));
  }
}

/** The texts of the record's own faults are ours, quote no event, and say what to do. */
function described(fault: unknown): string {
  return fault instanceof AuditError ? fault.message : describeFault(fault);
}
