export { MemorySink } from '../audit/memory-sink.js';
export type { Clock } from '../call/clock.js';
export { fakeCall, type FakeCall } from './fake-call.js';
export { FakeDecisionPoint } from './fake-decision-point.js';
export { ManualClock } from './manual-clock.js';
