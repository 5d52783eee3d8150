import { resolve } from 'node:path';
import type { Clock } from '../call/clock.js';
import type { DecisionPoint } from '../call/decision.js';
import { isJsonObject } from '../call/json.js';
import type { ToolCall } from '../call/tool-call.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import { ConfigError } from '../errors/config-error.js';
import { Policy } from '../policy/policy.js';
import { PolicyHierarchy } from '../policy/policy-hierarchy.js';
import { PolicyWatcher } from '../policy/policy-watcher.js';
import { writeAllow } from '../policy/write-allow.js';

/** What a policy in force stands on. */
export interface PolicyInForceOptions {
  /** Whose time the file is watched by. Default: timers that keep no process alive. */
  readonly clock: Clock | undefined;
  /** Refuses a policy that cannot be put in force, by throwing. */
  readonly check: (settings: readonly ToolGovernanceConfig[]) => void;
  /** Told of each policy that a change of the file put in force. */
  readonly onReload: (path: string, policy: Policy) => void;
  /** Told, once for each content, why a changed file is not put in force. */
  readonly onFault: (path: string, fault: unknown) => void;
}

const NO_SETTINGS: readonly ToolGovernanceConfig[] = Object.freeze([]);

/** The policy that decides at this moment, and where it comes from. */
export class PolicyInForce {
  readonly #options: PolicyInForceOptions;
  #current: DecisionPoint | undefined;
  #trusted = false;
  #version = 0;
  #watcher: PolicyWatcher | undefined;
  /** The file that is followed; undefined where the policy came from elsewhere. */
  #path: string | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  /** @throws PolicyDocumentError where the file does not load, ConfigError where it cannot be put in force. */
  constructor(policy: DecisionPoint | string | undefined, options: PolicyInForceOptions) {
    this.#options = options;
    if (typeof policy === 'string') this.#load(resolve(policy));
    else if (policy !== undefined) this.#put(policy);
  }

  /** Undefined where there is none. */
  get current(): DecisionPoint | undefined {
    return this.#current;
  }

  /** True where it is a policy of this package, which changes no arguments and answers at once. */
  get trusted(): boolean {
    return this.#trusted;
  }

  /** Another one for every policy: what was compiled for one does not hold for the next. */
  get version(): number {
    return this.#version;
  }

  /** What the policy says of how a tool is governed. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    const policy = this.#current;
    return policy instanceof Policy || policy instanceof PolicyHierarchy
      ? policy.settingsFor(server, tool)
      : NO_SETTINGS;
  }

  /**
   * Puts another policy in force; a file is no longer watched then.
   *
   * @throws ConfigError for anything that cannot decide.
   */
  update(policy: DecisionPoint): void {
    const given: unknown = policy;
    if (!isJsonObject(given) || typeof given['decide'] !== 'function') {
      throw new ConfigError('updatePolicy: must be a Policy, a PolicyHierarchy or an object with decide().');
    }
    this.#put(policy);
    this.stop();
  }

  /** Has what was compiled compiled anew, because settings from elsewhere have changed. */
  invalidate(): void {
    this.#version++;
  }

  /** Stops watching; the policy stays. */
  stop(): void {
    this.#watcher?.stop();
    this.#watcher = undefined;
    this.#path = undefined;
  }

  /**
   * Writes into the policy file that the tool of a call is allowed, and puts that in force; one after the other.
   *
   * @throws Error saying why not: the policy is no file, or something stricter decides.
   */
  allowAlways(call: ToolCall, now: number): Promise<Policy> {
    const written = this.#writing.then(async () => {
      const path = this.#path;
      if (path === undefined) throw new Error('the policy is no file, so nothing can be written into it');
      const policy = await writeAllow(path, call, now);
      // Whoever put another policy in force while the file was being written has the last word.
      if (this.#path !== path) throw new Error('another policy was put in force meanwhile');
      this.#put(policy);
      return policy;
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }

  #load(path: string): void {
    const { clock, onFault, onReload } = this.#options;
    this.#put(Policy.fromYaml(path));
    this.#path = path;
    const target = {
      updatePolicy: (policy: Policy): void => {
        if (this.#put(policy)) onReload(path, policy);
      },
    };
    const onError = (fault: unknown): void => {
      onFault(path, fault);
    };
    this.#watcher = new PolicyWatcher(target, path, { onError, ...(clock === undefined ? {} : { clock }) });
    this.#watcher.follow();
  }

  /** False where the policy is in force already. */
  #put(policy: DecisionPoint): boolean {
    const trusted = isOwn(policy);
    if (trusted && this.#trusted && revisionOf(policy) === revisionOf(this.#current)) return false;
    if (policy instanceof Policy || policy instanceof PolicyHierarchy) this.#options.check(policy.settings);
    this.#current = policy;
    this.#trusted = trusted;
    this.#version++;
    return true;
  }
}

/** True for a policy that decides by our own code: a class of the user's may extend ours. */
function isOwn(policy: DecisionPoint): boolean {
  return policy.decide === Policy.prototype.decide || policy.decide === PolicyHierarchy.prototype.decide;
}

function revisionOf(policy: DecisionPoint | undefined): unknown {
  return (policy as { readonly revision?: string } | undefined)?.revision;
}
