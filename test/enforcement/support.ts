import { MemoryApprovalStore } from '../../src/approval/memory-approval-store.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { Limiters } from '../../src/enforcement/limiters.js';
import type { PlanContext } from '../../src/enforcement/plan.js';
import { PolicyInForce } from '../../src/enforcement/policy-in-force.js';
import { TextMask } from '../../src/enforcement/text-mask.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { RememberedAnswers } from '../../src/stages/remembered-answers.js';
import { fakeCall, type FakeCall, ManualClock, MemorySink } from '../../src/testing/index.js';

// What middlewares log has tests of its own.
process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

/** A middleware that records in memory, stands on a clock of its own and knows no environment. */
export function governed(options: GovernanceOptions = {}) {
  const sink = new MemorySink();
  const clock = new ManualClock();
  const middleware = new GovernanceMiddleware({ audit: sink, ...options }, { env: {}, clock });
  const ran: unknown[] = [];
  /** Calls `search`; the tool gives back, or throws, what it is told to. */
  const call = (args: Record<string, unknown> = {}, tool: () => unknown = () => 'result', over: FakeCall = {}) =>
    middleware.onCallTool(fakeCall('search', args, over), async (context) => {
      ran.push(context.arguments);
      return tool();
    });
  return { middleware, sink, clock, call, ran };
}

/** What plans are compiled with. */
export function contextOf(options: GovernanceOptions = {}): PlanContext {
  const resolved = resolveOptions(options, {});
  const ignore = () => undefined;
  return {
    options: resolved,
    policy: new PolicyInForce(resolved.policy, { clock: undefined, check: ignore, onReload: ignore, onFault: ignore }),
    link: undefined,
    door: { side: 'server', manyServers: false },
    nameServer: () => resolved.serverName,
    scanner: new RegexPIIScanner(),
    limiters: new Limiters('memory', {}),
    clock: new ManualClock(),
    approvals: new MemoryApprovalStore(),
    remembered: new RememberedAnswers({
      allowAlways: () => Promise.reject(new Error('no file')),
      now: () => 0,
      onCountsOnce: ignore,
    }),
    createId: () => 'id',
    report: () => undefined,
    mask: new TextMask(undefined),
    keepIntent: undefined,
    pinning: undefined,
    onWarn: () => undefined,
    onUnknownAction: () => undefined,
  };
}
