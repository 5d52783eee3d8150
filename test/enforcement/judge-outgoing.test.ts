import { describe, expect, test } from '@jest/globals';
import type { CallNotification } from '../../src/call/host-request.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { fakeCall } from '../../src/testing/index.js';
import { governed } from './support.js';

const progress = (params: Record<string, unknown>): CallNotification => ({ method: 'notifications/progress', params });
const broken: GovernanceOptions = { piiScanner: { scan: () => Promise.reject(new Error('down')) } };
const notify = (options: GovernanceOptions, notification: CallNotification) =>
  governed(options).middleware.onCallNotification(fakeCall('search'), notification);
const taskResult = (options: GovernanceOptions, result: unknown) =>
  governed(options).middleware.onTaskResult(fakeCall('search'), result);

describe('what a running call sends', () => {
  test('leaves as the very message where nothing is found', async () => {
    const message = progress({ progressToken: 1, message: 'half way' });
    expect(await notify({}, message)).toBe(message);
    const bare = { method: 'notifications/cancelled' };
    expect(await notify({}, bare)).toBe(bare);
  });

  test("is redacted like a result, and the progress token stays the client's own", async () => {
    const progressToken = 'kim@example.com';
    const asked = fakeCall('search', {}, { request: { meta: { progressToken } } });
    const message = progress({ progressToken, message: 'mailing kim@example.com' });
    const sent = await governed().middleware.onCallNotification(asked, message);
    expect(sent).toEqual(progress({ progressToken: 'kim@example.com', message: 'mailing ##EMAIL##' }));
  });

  test('stays here where a type is blocked, or where it is too large', async () => {
    const message = progress({ message: 'kim@example.com' });
    expect(await notify({ piiActions: { email: 'block' } }, message)).toBeUndefined();
    expect(await notify({ policyConfig: { maxResultBytes: 10 } }, message)).toBeUndefined();
  });

  test('leaves unscanned where that is said, and by failOpen where the scanner fails', async () => {
    const message = progress({ message: 'kim@example.com' });
    expect(await notify({ policyConfig: { defaultPiiScan: 'off' } }, message)).toBe(message);
    expect(await notify({ toolConfigs: { search: { enabled: false } } }, message)).toBe(message);
    expect(await notify(broken, message)).toBe(message);
    expect(await notify({ ...broken, policyConfig: { failOpen: false } }, message)).toBeUndefined();
  });

  test('is judged as JSON writes it', async () => {
    const message = progress({ message: { toJSON: () => 'kim@example.com' } });
    expect(await notify({}, message)).toEqual(progress({ message: '##EMAIL##' }));
  });

  test('is in the record of its call', async () => {
    const { middleware, sink } = governed();
    await middleware.onCallTool(fakeCall('search'), async (context) => {
      await middleware.onCallNotification(context, progress({ message: 'kim@example.com' }));
    });
    expect(sink.events[0]?.findings.map(({ type, path }) => [type, path])).toEqual([['email', '$.message']]);
  });
});

describe('a result that is fetched later', () => {
  test('is judged like one that came at once', async () => {
    const result = { content: [{ type: 'text', text: 'fine' }] };
    expect(await taskResult({}, result)).toBe(result);
    expect(await taskResult({}, { text: 'kim@example.com' })).toEqual({ text: '##EMAIL##' });
    const ungoverned = { text: 'kim@example.com' };
    expect(await taskResult({ toolConfigs: { search: { enabled: false } } }, ungoverned)).toBe(ungoverned);
  });

  test('is withheld as an error result or as an exception', async () => {
    const options: GovernanceOptions = { piiActions: { email: 'block' } };
    expect(await taskResult(options, { text: 'kim@example.com' })).toMatchObject({
      isError: true,
      _meta: { 'mcp-governance/refusal': { code: 'pii_output' } },
    });
    await expect(taskResult({ ...options, blockMode: 'raise' }, { text: 'kim@example.com' })).rejects.toMatchObject({
      code: 'pii_output',
    });
    expect(await taskResult({ policyConfig: { maxDepth: 1 } }, { a: {} })).toMatchObject({
      _meta: { 'mcp-governance/refusal': { code: 'result_too_large' } },
    });
  });
});
