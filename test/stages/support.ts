import type { Action } from '../../src/call/action.js';
import type { PIIScanner } from '../../src/call/finding.js';
import type { PiiScan } from '../../src/config/options.js';
import type { ResolvedToolConfig } from '../../src/config/tool-config.js';
import type { CallRun } from '../../src/pipeline/call-run.js';
import type { Stage } from '../../src/pipeline/stage.js';
import { createFindingPolicy } from '../../src/stages/finding-actions.js';
import type { Scanning } from '../../src/stages/scan-input.js';
import { ManualClock } from '../../src/testing/index.js';
import { pipelineOf, runThrough } from '../pipeline/support.js';

/** The settled configuration of a tool of which nobody said anything; what is given goes before. */
export function toolConfig(over: Partial<ResolvedToolConfig> = {}): ResolvedToolConfig {
  return {
    enabled: true,
    approvalRequired: false,
    piiScan: 'standard',
    piiActions: new Map(),
    piiFloors: [],
    operatorAction: undefined,
    authorAction: undefined,
    rateLimits: [],
    maskArguments: [],
    ...over,
  };
}

/** Finds the words `codename` (text), `person` (pii) and `key` (secret) wherever they stand. */
export const wordScanner: PIIScanner = {
  scan: (text) =>
    [
      { type: 'codename', category: 'text' as const },
      { type: 'person', category: 'pii' as const },
      { type: 'key', category: 'secret' as const },
    ].flatMap(({ type, category }) =>
      [...text.matchAll(new RegExp(type, 'g'))].map(({ index }) => ({
        type,
        category,
        start: index,
        end: index + type.length,
        confidence: 1,
      })),
    ),
};

/** The same scanner, answering later. */
export const laterScanner: PIIScanner = { scan: async (text) => wordScanner.scan(text) };

export interface ScanOptions {
  readonly scanner?: PIIScanner;
  readonly piiScan?: PiiScan;
  readonly piiActions?: ResolvedToolConfig['piiActions'];
  readonly clock?: ManualClock;
}

/** What a scanning stage works with. */
export function scanningOf(direction: 'input' | 'output', options: ScanOptions = {}): Scanning {
  const { scanner = wordScanner, piiScan = 'standard', piiActions = new Map() } = options;
  const policy = createFindingPolicy(toolConfig({ piiScan, piiActions }), direction);
  return { scanner, policy, timeoutMs: 1000, clock: options.clock ?? new ManualClock() };
}

/** Runs stages before a tool that counts how often it ran. */
export async function runBefore(run: CallRun, stages: Stage | readonly Stage[], failOpen = true) {
  let ran = 0;
  const { pipeline, reported } = pipelineOf({ before: [stages].flat(), failOpen });
  await runThrough(run, pipeline, async () => ran++);
  return { run, ran, reported };
}

/** Runs one stage after a tool that gives back or throws a value. */
export async function runAfter(run: CallRun, stage: Stage, value: unknown, kind: 'result' | 'error' = 'result') {
  const { pipeline, reported } = pipelineOf({ after: [stage] });
  await runThrough(run, pipeline, async () => {
    if (kind === 'error') throw value;
    return value;
  });
  return { run, reported };
}

/** How strict an action is, as a number. */
export const strictness = (action: Action): number => ['allow', 'warn', 'throttle', 'review', 'block'].indexOf(action);
