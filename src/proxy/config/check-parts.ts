import { webhookApproval } from '../../approval/handlers/webhook-approval.js';
import { resolveAuditOptions } from '../../audit/audit-options.js';
import { resolveOptions } from '../../config/resolve.js';
import { GovernanceError } from '../../errors/governance-error.js';
import { type Place, placeAt } from '../../policy/loading/place.js';
import type { Problems } from '../../policy/loading/problems.js';
import { Policy } from '../../policy/policy.js';
import type { ProxyConfig } from './config.js';
import type { Environment } from './fill-variables.js';

/**
 * Has each part of a configuration checked by those who will use it; nothing is opened and nothing is asked.
 *
 * @param variables - What was filled in: it stands in no text.
 */
export function checkParts(
  config: ProxyConfig,
  problems: Problems,
  env: Environment,
  variables: ReadonlyMap<string, string>,
): void {
  /** False where it throws: the text is a problem at the place. */
  const tell = (place: Place, check: () => unknown): boolean => {
    try {
      check();
      return true;
    } catch (fault) {
      if (!(fault instanceof GovernanceError)) throw fault;
      problems.add(place, withoutValues(fault.message, variables));
      return false;
    }
  };
  const { inbound, audit, approvals, shared, governance, servers } = config;
  const top = (key: string): Place => placeAt(undefined, key);
  if (
    inbound.kind === 'http' &&
    !isOwnMachine(inbound.host ?? '127.0.0.1') &&
    !inbound.tokens?.length &&
    !inbound.oauth
  ) {
    problems.add(placeAt(top('inbound'), 'host'), 'others can reach this address: write tokens or oauth beside it');
  }
  if (audit?.url) {
    const { url, keyFile, hashKey } = audit;
    tell(top('audit'), () => resolveAuditOptions({ url, ...(keyFile === undefined ? {} : { keyFile }) }));
    if (hashKey !== undefined && hashKey.length < 16) {
      problems.add(placeAt(top('audit'), 'hash_key'), 'must have at least 16 characters');
    }
  }
  if (approvals?.ask === 'webhook') {
    tell(placeAt(top('approvals'), 'webhook'), () => webhookApproval(approvals.webhook));
  }
  let isRight = tell(top(shared.apiUrl === undefined ? 'rate_limit_store' : 'controlplane'), () =>
    resolveOptions(shared, env),
  );
  const policies = new Map<string, boolean>();
  for (const [name, each, place] of [
    ['', governance, undefined] as const,
    ...servers.map((server) => [server.name, server.governance, placeAt(top('servers'), server.name)] as const),
  ]) {
    const { policy } = each;
    if (typeof policy === 'string' && !policies.has(policy)) {
      const at = name === '' || policy === governance.policy ? top('policy') : placeAt(place, 'policy');
      policies.set(
        policy,
        tell(at, () => Policy.fromYaml(policy)),
      );
    }
    // What is wrong for all servers is said once.
    if (isRight)
      isRight = tell(place ?? top('tools'), () => resolveOptions({ ...shared, ...each }, env)) || name !== '';
  }
}

/** A path may come from a variable, and texts about files name them. */
function withoutValues(text: string, variables: ReadonlyMap<string, string>): string {
  let shown = text;
  for (const [name, value] of variables) if (value !== '') shown = shown.replaceAll(value, `\${${name}}`);
  return shown;
}

function isOwnMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
