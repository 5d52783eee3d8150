import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/call/json.js';
import type { ToolCall } from '../../src/call/tool-call.js';
import type { ApprovalRequest } from '../../src/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { until } from './faults.js';
import { HOSTS, refusalOf, Started, text } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const echo = { name: 'echo', handler: () => text('done') };

/** A decision point that keeps what it judged, as it was then, and allows it when told to. */
function slowPolicy() {
  const judged: JsonObject[] = [];
  let allow: (() => void) | undefined;
  const decide = (call: ToolCall) => {
    judged.push(structuredClone(call.arguments));
    return new Promise<{ action: 'allow' }>((resolve) => {
      allow = () => resolve({ action: 'allow' });
    });
  };
  return { judged, policy: { decide }, allow: () => allow?.() };
}

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])('promise 5: what was judged is what runs, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it('when the caller changes the arguments while they are judged', async () => {
    const { judged, policy, allow } = slowPolicy();
    const server = await servers.start({ tools: [echo], options: { policy } });
    const args = { path: '/tmp/a', deep: { list: [1, 2], more: { yes: true } } };
    const sent = structuredClone(args);
    const call = server.call('echo', args);
    await until(() => judged.length > 0);
    args.path = '/etc/passwd';
    args.deep.list.push(3);
    args.deep.more.yes = false;
    allow();
    await call;
    expect(judged).toEqual([sent]);
    expect(server.runs('echo')).toEqual([sent]);
    expect(server.sink.events).toMatchObject([{ params: sent }]);
  });

  it('when the caller changes them right after sending', async () => {
    const { judged, policy, allow } = slowPolicy();
    const server = await servers.start({ tools: [echo], options: { policy } });
    const args: JsonObject = { deep: { path: '/tmp/a' } };
    const call = server.call('echo', args);
    (args['deep'] as JsonObject)['path'] = '/etc/passwd';
    await until(() => judged.length > 0);
    allow();
    await call;
    // Whichever of the two it got, it judged what ran.
    expect(server.runs('echo')).toEqual(judged);
    expect(server.sink.events).toMatchObject([{ params: judged[0] }]);
  });

  it('when the caller or the approver changes them while a person is asked', async () => {
    const asked: ApprovalRequest[] = [];
    let approve: (() => void) | undefined;
    const onPolicyBlock = (_error: unknown, request: ApprovalRequest) => {
      asked.push(request);
      return new Promise<{ approved: true }>((resolve) => {
        approve = () => resolve({ approved: true });
      });
    };
    const options = { onPolicyBlock, toolConfigs: { echo: { approvalRequired: true } } };
    const server = await servers.start({ tools: [echo], options });
    const args = { to: { account: 'a' }, amounts: [1] };
    const sent = structuredClone(args);
    const call = server.call('echo', args);
    await until(() => asked.length > 0);
    expect(asked[0]?.arguments).toEqual(sent);
    args.to.account = 'b';
    args.amounts[0] = 1000;
    (asked[0]?.arguments['to'] as JsonObject)['account'] = 'c';
    approve?.();
    expect(refusalOf(await call)).toBeUndefined();
    expect(server.runs('echo')).toEqual([sent]);
    expect(server.sink.events).toMatchObject([{ params: sent, policyDecision: 'approved_by_user' }]);
  });

  it('when the call is held back', async () => {
    const clock = new ManualClock();
    const options = { toolConfigs: { echo: { policyAction: 'throttle' as const } } };
    const server = await servers.start({ tools: [echo], options, internals: { clock } });
    const args = { deep: { path: '/tmp/a' } };
    const call = server.call('echo', args);
    await clock.untilPending();
    args.deep.path = '/etc/passwd';
    await clock.advance(1000);
    await call;
    expect(server.runs('echo')).toEqual([{ deep: { path: '/tmp/a' } }]);
  });

  it('redacted: decision point, approver, handler and record get the same', async () => {
    const judged: JsonObject[] = [];
    const asked: JsonObject[] = [];
    const server = await servers.start({
      tools: [echo],
      options: {
        piiActions: { ssn: 'redact', credit_card: 'redact' },
        policy: {
          decide: (call) => {
            judged.push(structuredClone(call.arguments));
            return { action: 'review' };
          },
        },
        onPolicyBlock: (_error, request) => {
          asked.push(structuredClone(request.arguments));
          return { approved: true };
        },
      },
    });
    const card = 4111_1111_1111_1111;
    await server.call('echo', { q: 'My SSN is 123-45-6789.', deep: [{ q: '123-45-6789' }], card, keep: 1 });
    const redacted = { q: 'My SSN is ##SSN##.', deep: [{ q: '##SSN##' }], card: 0, keep: 1 };
    expect(judged).toEqual([redacted]);
    expect(asked).toEqual([redacted]);
    expect(server.runs('echo')).toEqual([redacted]);
    expect(server.sink.events).toMatchObject([{ params: redacted }]);
  });

  it('and the record says what was judged, whatever the handler does to its arguments', async () => {
    const handler = (args: JsonObject) => {
      (args['list'] as unknown[]).push('123-45-6789');
      (args['deep'] as JsonObject)['added'] = '123-45-6789';
      return text('done');
    };
    const server = await servers.start({ tools: [{ name: 'changes', handler }] });
    await server.call('changes', { list: [], deep: {} });
    await server.call('changes', { mail: 'ann@example.com', list: [], deep: {} });
    expect(server.sink.events.map((event) => event.params)).toEqual([
      { list: [], deep: {} },
      { mail: '##EMAIL##', list: [], deep: {} },
    ]);
  });
});
