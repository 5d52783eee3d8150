import { stream } from '../../wire/checks.js';
import type { Fleet } from '../decisions/fleet.js';
import { type AddRoute, ANSWERED } from '../http/route.js';
import type { StreamEvent, StreamHub } from './hub.js';

const ALL: readonly StreamEvent[] = ['revision', 'approval', 'audit'];

/** Answers those who want to follow what happens. */
export function addStreamRoute(add: AddRoute, hub: StreamHub, fleet: Fleet): void {
  add(stream, ({ query, caller, request, reply }) => {
    const wants = new Set(query.events === undefined ? ALL : (query.events.split(',') as StreamEvent[]));
    const last = request.headers['last-event-id'];
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': request.id,
      'x-accel-buffering': 'no',
    });
    // Where nothing happens for a while, whoever listens still has to know that they do.
    response.flushHeaders();
    const { revision } = fleet.state.snapshot;
    hub.subscribe({ caller, wants, response }, typeof last === 'string' ? last : undefined, { revision });
    return ANSWERED;
  });
}
