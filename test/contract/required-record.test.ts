import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent, AuditIntent, Sink } from '../../src/audit/audit-event.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { FakeDecisionPoint, ManualClock, MemorySink } from '../../src/testing/index.js';
import { ToolFilter } from '../../src/tool-filter.js';
import { DOORS, type OpenDoor } from './doors.js';
import { text } from './hosts/all-hosts.js';

/** A store without which no call may run, and which can be full. */
class RequiredSink implements Sink {
  readonly required = true;
  readonly intents: AuditIntent[] = [];
  readonly events: AuditEvent[] = [];
  full = false;

  async intend(intent: AuditIntent): Promise<void> {
    await Promise.resolve();
    if (this.full) throw new Error('no space left');
    this.intents.push(intent);
  }

  write(event: AuditEvent): Promise<void> {
    if (this.full) return Promise.reject(new Error('no space left'));
    this.events.push(event);
    return Promise.resolve();
  }
}

beforeAll(() => {
  process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';
});

describe.each(DOORS)('a required record, at $title', (tested) => {
  let door: OpenDoor;
  afterEach(() => door.close());

  async function open(options: GovernanceOptions = {}) {
    const sink = new RequiredSink();
    let ran = 0;
    const tools = [
      {
        name: 'echo',
        handler: () => {
          ran++;
          return text(`${sink.intents.length} intents, ${sink.events.length} events`);
        },
      },
    ];
    door = await tested.open(tools, { audit: sink, ...options });
    return { sink, ran: () => ran };
  }

  it('is begun before the tool runs and settled after it, under one id', async () => {
    const { sink } = await open();
    const answer = await door.call('echo', { to: 'kim@example.com' });
    expect(JSON.stringify(answer)).toContain('1 intents, 0 events');
    const [intent] = sink.intents;
    const [event] = sink.events;
    expect(sink.intents).toHaveLength(1);
    expect(sink.events).toHaveLength(1);
    const written = JSON.parse(JSON.stringify(event)) as AuditEvent;
    expect(written).toMatchObject({ ...JSON.parse(JSON.stringify(intent)), resultStatus: 'success' });
    expect(intent?.params).toEqual({ to: '##EMAIL##' });
  });

  it.each([true, false])(
    'where it cannot be begun, nothing runs; afterwards calls run again (failOpen %s)',
    async (failOpen) => {
      const { sink, ran } = await open({ policyConfig: { failOpen } });
      sink.full = true;
      const refused = JSON.stringify(await door.call('echo', {}));
      expect(refused).toContain('audit_unavailable');
      expect(refused).toContain('the call cannot be recorded, and may not run without a record');
      expect(ran()).toBe(0);
      sink.full = false;
      expect(JSON.stringify(await door.call('echo', {}))).toContain('1 intents');
      expect(ran()).toBe(1);
      expect(sink.events).toHaveLength(1);
    },
  );

  it('one full store is enough to refuse, and the other one hears how the call ended', async () => {
    const [good, full] = [new RequiredSink(), new RequiredSink()];
    full.full = true;
    const { ran } = await open({ audit: [good, new MemorySink(), full] });
    await door.call('echo', {});
    expect(ran()).toBe(0);
    expect(good.intents).toHaveLength(1);
    expect(good.events).toMatchObject([
      { id: good.intents[0]?.id, resultStatus: 'blocked', errorCode: 'audit_unavailable' },
    ]);
  });

  it('a call that is refused has an event and no intent', async () => {
    const { sink, ran } = await open({ policy: new FakeDecisionPoint({ action: 'block', reason: 'no' }) });
    await door.call('echo', {});
    expect([ran(), sink.intents.length]).toEqual([0, 0]);
    expect(sink.events).toMatchObject([{ resultStatus: 'blocked', errorCode: 'policy_blocked' }]);
  });
});

describe('a required record', () => {
  it('of a check is its event: nothing is going to run', async () => {
    const sink = new RequiredSink();
    const filter = new ToolFilter({ audit: sink }, { env: {} });
    expect(await filter.check({ tool: 'echo' })).toMatchObject({ ok: true });
    expect(sink.intents).toEqual([]);
    expect(sink.events).toMatchObject([{ method: 'check: echo', resultStatus: 'success' }]);
  });

  it('is begun after a person approved and after a call was held back', async () => {
    const sink = new RequiredSink();
    const clock = new ManualClock();
    const policy = new FakeDecisionPoint({ action: 'throttle', obligations: { throttleDelaySeconds: 2 } });
    const filter = new ToolFilter(
      { audit: sink, policy, toolConfigs: { asked: { policyAction: 'review' } }, onPolicyBlock: approve },
      { env: {}, clock },
    );
    const held = filter.call({ tool: 'held' }, () => sink.intents.length);
    await clock.untilPending();
    expect(sink.intents).toEqual([]);
    await clock.advance(2000);
    expect(await held).toBe(1);
    await filter.call({ tool: 'asked' }, () => sink.intents.length);
    expect(sink.intents[1]).toMatchObject({ tool: 'asked', humanDecision: 'approved', approver: 'kim' });
  });

  it('a refused call is answered once its event is kept', async () => {
    const order: string[] = [];
    let done: () => void = () => undefined;
    const slow: Sink = {
      required: true,
      intend: () => Promise.resolve(),
      write: () => new Promise<void>((resolve) => (done = resolve)),
    };
    const filter = new ToolFilter({ audit: slow, toolConfigs: { no: { policyAction: 'block' } } }, { env: {} });
    const refused = filter.call({ tool: 'no' }, () => undefined).catch(() => order.push('answered'));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('kept');
    done();
    await refused;
    expect(order).toEqual(['kept', 'answered']);
    // What ran has its intent on the record: its outcome keeps nobody waiting.
    await expect(filter.call({ tool: 'yes' }, () => 'ran')).resolves.toBe('ran');
    // Else its time limit, which is a real one here, would hold up the end of the process.
    done();
  });

  it('a sink that hangs holds a refusal back no longer than its time', async () => {
    const clock = new ManualClock();
    const hanging: Sink = { required: true, intend: () => never, write: () => never };
    const audit = { sinks: hanging, timeoutMs: 100 };
    const filter = new ToolFilter({ audit, toolConfigs: { no: { policyAction: 'block' } } }, { env: {}, clock });
    for (const tool of ['no', 'yes']) {
      const refused = filter.call({ tool }, () => 'ran').catch((error: unknown) => (error as { code: string }).code);
      await clock.untilPending();
      await clock.advance(100);
      expect(await refused).toBe(tool === 'no' ? 'policy_blocked' : 'audit_unavailable');
    }
  });
});

const never = new Promise<never>(() => undefined);

function approve() {
  return { approved: true, approver: 'kim' };
}
