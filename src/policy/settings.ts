import { compileGlob, type NameMatcher } from '../call/glob.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { PolicyDocument, RateLimitSettings, ToolSettings } from './document.js';

/** One entry of `settings`, in the words of the options. */
export interface SettingsEntry {
  readonly matchesServer: NameMatcher;
  readonly matchesTool: NameMatcher;
  readonly config: ToolGovernanceConfig;
}

/** The entries of `settings`; all that match a tool apply, as all matching `toolConfigs` do. */
export function settingsIn(settings: NonNullable<PolicyDocument['settings']>): readonly SettingsEntry[] {
  return Object.entries(settings).flatMap(([server, tools]) =>
    Object.entries(tools).map(([tool, written]) => ({
      matchesServer: compileGlob(server),
      matchesTool: compileGlob(tool),
      config: Object.freeze(toConfig(written)),
    })),
  );
}

function toConfig(written: ToolSettings): ToolGovernanceConfig {
  const { approval_required: approvalRequired, pii_scan: piiScan, pii_actions: piiActions, rate_limit } = written;
  return {
    ...(approvalRequired === undefined ? {} : { approvalRequired }),
    ...(piiScan === undefined ? {} : { piiScan }),
    ...(piiActions === undefined ? {} : { piiActions }),
    ...(rate_limit === undefined ? {} : { rateLimit: toRateLimit(rate_limit) }),
  };
}

function toRateLimit(written: RateLimitSettings): NonNullable<ToolGovernanceConfig['rateLimit']> {
  return {
    ...(written.max_per_minute === undefined ? {} : { maxPerMinute: written.max_per_minute }),
    ...(written.max_per_hour === undefined ? {} : { maxPerHour: written.max_per_hour }),
    ...(written.max_per_day === undefined ? {} : { maxPerDay: written.max_per_day }),
    ...(written.max_concurrent === undefined ? {} : { maxConcurrent: written.max_concurrent }),
    ...(written.by === undefined ? {} : { by: written.by }),
  };
}
