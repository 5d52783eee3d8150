import * as wire from '../../wire/servers.js';
import type { Fleet } from '../decisions/fleet.js';
import type { AddRoute } from '../http/route.js';
import type { ServerStore } from './server-store.js';
import type { ToolPins } from './tool-pins.js';

/** Answers what is asked about servers and their tools. */
export function addServerRoutes(add: AddRoute, servers: ServerStore, pins: ToolPins, fleet: Fleet): void {
  add(wire.listServers, async () => ({
    servers: [...(await servers.list())],
    revision: fleet.state.snapshot.revision,
  }));
  add(wire.markServer, async ({ params, body, caller, ifMatch, reply }) => {
    const server = await servers.mark(params.server, body.managed, caller.name, ifMatch);
    await fleet.refresh();
    reply.header('etag', `"${server.revision}"`);
    return server;
  });
  add(wire.reportDefinitions, async ({ params, body, caller }) =>
    servers.report(params.server, body.definitions, caller),
  );
  add(wire.readTools, async ({ params, reply }) => {
    const table = await servers.table(params.server);
    reply.header('etag', `"${table.revision}"`);
    return table;
  });
  add(wire.replaceTools, async ({ params, body, caller, ifMatch, reply }) => {
    const table = await servers.replaceRows(params.server, body.tools, caller.name, ifMatch);
    await fleet.refresh();
    reply.header('etag', `"${table.revision}"`);
    return table;
  });
  add(wire.readServerPins, async ({ params }) => pins.list(params.server));
  add(wire.acceptServerPins, async ({ params, body, caller }) => {
    const accepted = await pins.accept(params.server, body.accept, caller.name);
    await fleet.refresh();
    return accepted;
  });
  add(wire.readGlobalDefault, async () => servers.globalDefault());
  add(wire.setGlobalDefault, async ({ body, caller }) => {
    const said = await servers.setGlobalDefault(body.action, caller.name);
    await fleet.refresh();
    return said;
  });
}
