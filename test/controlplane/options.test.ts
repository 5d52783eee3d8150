import { describe, expect, test } from '@jest/globals';
import { type ControlplaneOptions, resolveControlplaneOptions } from '../../src/controlplane/options.js';

/** What resolving them throws, or what they are. */
function resolved(options: ControlplaneOptions, env: Record<string, string> = {}): object {
  try {
    const { redisUrl, trustProxy } = resolveControlplaneOptions(options, env);
    return { redisUrl, trustProxy };
  } catch (fault) {
    const { name, message } = fault as Error;
    return { name, message };
  }
}

const WRONG = ['127.0.0.1:6379', 'http://:s3cret@h', 'redis://', 'redis://:s3cret@h/path', 's3cret'];

describe('options of the controlplane', () => {
  test('the Redis of the options, then that of REDIS_URL, then none', () => {
    const env = { REDIS_URL: 'rediss://:p@env:6379' };
    expect(resolved({ redisUrl: 'redis://code/3' }, env)).toMatchObject({ redisUrl: 'redis://code/3' });
    expect(resolved({}, env)).toMatchObject({ redisUrl: 'rediss://:p@env:6379' });
    expect(resolved({}, { REDIS_URL: '' })).toEqual({ redisUrl: undefined, trustProxy: [] });
  });

  test.each(WRONG)('%s is no address of a Redis, and no text quotes it', (url) => {
    const rule = 'must be redis://host:port or rediss://host:port';
    expect(resolved({}, { REDIS_URL: url })).toEqual({ name: 'ConfigError', message: `REDIS_URL ${rule}.` });
    expect(resolved({ redisUrl: url })).toEqual({
      name: 'ConfigError',
      message: `The option redisUrl of the controlplane cannot be right: ${rule}.`,
    });
  });

  test.each(['loopback', 'uniquelocal', 'linklocal', '10.0.0.5', '10.0.0.0/8', '::1', 'fc00::/7'])(
    '%s is a proxy one may trust',
    (proxy) => {
      expect(resolved({ trustProxy: [proxy] })).toMatchObject({ trustProxy: [proxy] });
    },
  );

  test.each(['', 'true', '1', '*', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/', 'proxy.internal', '10.0.0.1,::1'])(
    '%j is none',
    (proxy) => {
      expect(resolved({ trustProxy: [proxy] })).toMatchObject({ name: 'ConfigError' });
    },
  );
});
