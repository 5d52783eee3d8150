import { toOpenApi } from '../../wire/openapi.js';
import * as wire from '../../wire/operations.js';
import type { Fleet } from '../decisions/fleet.js';
import type { Metrics } from '../http/metrics.js';
import { Problem } from '../http/problem.js';
import type { AddRoute } from '../http/route.js';
import type { Store } from '../store/store.js';

/** What operations have to know. */
export interface OperationParts {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly metrics: Metrics;
  readonly version: string;
  readonly isStopping: () => boolean;
}

/** Answers those who run the service. */
export function addOperationRoutes(
  add: AddRoute,
  { store, fleet, metrics, version, isStopping }: OperationParts,
): void {
  const document = toOpenApi(version);
  add(wire.healthz, () => ({ status: 'ok' as const }));
  add(wire.readyz, async () => {
    if (isStopping()) throw new Problem('unavailable', 'The service is stopping.');
    await store.db.selectFrom('fleet').select('revision').executeTakeFirstOrThrow();
    return { status: 'ready' as const, revision: fleet.state.snapshot.revision };
  });
  add(wire.metrics, () => metrics.toString());
  add(wire.openapi, () => document);
}
