import { resolve } from 'node:path';
import type { PinOptions, ToolGovernanceConfig } from '../../config/options.js';
import type { RateLimitOptions } from '../../rate-limit/rate-limit-rule.js';
import type { ConfiguredGovernance } from './config.js';
import { present } from './present.js';
import type { WrittenGovernance } from './schema.js';

type WrittenTool = NonNullable<WrittenGovernance['tools']>[string];

/** What is written about governance, in the words of the options. */
export function toGovernance(written: WrittenGovernance, folder: string): ConfiguredGovernance {
  const { policy, pins, limits = {}, rate_limit: rateLimit, tools } = written;
  const policyConfig = present({
    defaultPiiScan: written.pii_scan,
    defaultPolicyAction: written.default_action,
    defaultRateLimit: rateLimit === undefined ? undefined : toRateLimit(rateLimit),
    failOpen: written.fail_open,
    hideBlockedTools: written.hide_blocked_tools,
    maxArgumentBytes: limits.max_argument_bytes,
    maxResultBytes: limits.max_result_bytes,
    maxDepth: limits.max_depth,
    maxKeys: limits.max_keys,
  });
  return present({
    policy: policy === undefined ? undefined : resolve(folder, policy),
    policyConfig,
    toolConfigs: new Map(Object.entries(tools ?? {}).map(([tool, config]) => [tool, toTool(config)])),
    piiActions: written.pii_actions,
    pins: pins === undefined || pins === false ? pins : toPins(pins, folder),
    blockMode: written.block_mode,
    policyTimeoutMs: written.policy_timeout_ms,
    scanTimeoutMs: written.scan_timeout_ms,
  });
}

/** What is said at a server stands before what is said for all; of a tool, both apply, and the server's word counts. */
export function mergeGovernance(all: ConfiguredGovernance, own: ConfiguredGovernance): ConfiguredGovernance {
  const tools = new Map(entriesOf(all));
  for (const [tool, config] of entriesOf(own)) tools.set(tool, { ...tools.get(tool), ...config });
  return {
    ...all,
    ...own,
    policyConfig: { ...all.policyConfig, ...own.policyConfig },
    ...(all.pins && own.pins ? { pins: { ...all.pins, ...own.pins } } : {}),
    toolConfigs: tools,
    ...(all.piiActions === undefined && own.piiActions === undefined
      ? {}
      : { piiActions: { ...all.piiActions, ...own.piiActions } }),
  };
}

function entriesOf({ toolConfigs }: ConfiguredGovernance): readonly (readonly [string, ToolGovernanceConfig])[] {
  return toolConfigs instanceof Map ? [...toolConfigs] : Object.entries(toolConfigs ?? {});
}

function toTool(written: WrittenTool): ToolGovernanceConfig {
  const { rate_limit: rateLimit } = written;
  return present({
    enabled: written.enabled,
    approvalRequired: written.approval_required,
    piiScan: written.pii_scan,
    piiActions: written.pii_actions,
    policyAction: written.action,
    rateLimit: rateLimit === undefined ? undefined : toRateLimit(rateLimit),
    maskArguments: written.mask_arguments,
  });
}

function toPins(
  { file, on_change: onChange }: Exclude<NonNullable<WrittenGovernance['pins']>, false>,
  folder: string,
): PinOptions {
  return present({ file: file === undefined ? undefined : resolve(folder, file), onChange });
}

function toRateLimit(written: NonNullable<WrittenGovernance['rate_limit']>): RateLimitOptions {
  return present({
    maxPerMinute: written.max_per_minute,
    maxPerHour: written.max_per_hour,
    maxPerDay: written.max_per_day,
    maxConcurrent: written.max_concurrent,
    by: written.by,
  });
}
