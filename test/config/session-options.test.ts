import { describe, expect, it } from '@jest/globals';
import { init } from '../../src/client/index.js';
import { checkInit, resolveSession } from '../../src/config/session-options.js';
import { ConfigError } from '../../src/errors/config-error.js';

const approve = (): { approved: true } => ({ approved: true });

describe('resolveSession', () => {
  it('settles the defaults', () => {
    expect(resolveSession({ governanceConfig: {} }, {})).toEqual({
      serverName: undefined,
      governance: {
        options: { policyConfig: {}, blockMode: 'raise' },
        blockMode: 'raise',
        principal: { agent: '', user: '' },
        unscanned: { input: false, output: false },
      },
    });
    expect(resolveSession({}, {})).toEqual({ serverName: undefined, governance: undefined });
  });

  it('takes the short forms for what they stand for', () => {
    const given = {
      failOpen: false,
      rateLimit: { maxPerMinute: 3 },
      policyConfig: { defaultPiiScan: 'strict' as const },
    };
    expect(resolveSession({ governanceConfig: given }, {}).governance?.options.policyConfig).toEqual({
      failOpen: false,
      defaultRateLimit: { maxPerMinute: 3 },
      defaultPiiScan: 'strict',
    });
  });

  it('takes the name of the server from the environment, after the code', () => {
    const env = { MCP_GOVERNANCE_SERVER_NAME: 'files' };
    expect(resolveSession({}, env).serverName).toBe('files');
    expect(resolveSession({ serverName: 'mine' }, env).serverName).toBe('mine');
  });

  it.each([
    [{ server_name: 'x' }, /configureSession: unknown option 'server_name'. Did you mean 'serverName'\?/],
    [{ agentName: 'x' }, /unknown option 'agentName'. It belongs in governanceConfig: \{ agentName \}/],
    [
      { governanceConfig: { agent_name: 'x' } },
      /governanceConfig: unknown option 'agent_name'. Did you mean 'agentName'\?/,
    ],
    [{ governanceConfig: { onPolicyBlock: approve } }, /It belongs beside governanceConfig/],
    [{ governanceConfig: { identify: approve } }, /unknown option 'identify'/],
    [{ governanceConfig: { blockMode: 'throw' } }, /governanceConfig.blockMode/],
    [{ governanceConfig: { scanInputs: 'yes' } }, /governanceConfig.scanInputs/],
    [
      { governanceConfig: { failOpen: true, policyConfig: { failOpen: false } } },
      /failOpen and policyConfig.failOpen are one setting/,
    ],
    [{ governanceConfig: 'strict' }, /governanceConfig: must be an object/],
    [{ onPolicyBlock: approve }, /without governanceConfig nothing is checked/],
  ])('refuses %j', (given, text) => {
    expect(() => resolveSession(given as never, {})).toThrow(ConfigError);
    expect(() => resolveSession(given as never, {})).toThrow(text);
  });
});

describe('init', () => {
  it('may be called any number of times', () => {
    init();
    init({});
  });

  it.each([
    [{ apiKey: 'k' }, {}, /apiKey needs apiUrl/],
    [{ apiKey: 'k', apiUrl: 'ftp://x' }, {}, /apiUrl: must be an https or http address/],
    [{ apikey: 'k' }, {}, /init: unknown option 'apikey'. Did you mean 'apiKey'\?/],
    [{}, { WAXELL_API_KEY: 'k' }, /apiKey needs apiUrl/],
    [{}, { MCP_GOVERNANCE_FAIL_OPN: 'true' }, /Did you mean MCP_GOVERNANCE_FAIL_OPEN/],
  ])('refuses %j with %j', (given, env, text) => {
    expect(() => {
      checkInit(given as never, env);
    }).toThrow(text);
  });
});

describe('what init set', () => {
  const initial = { apiKey: 'wax_sk_team', apiUrl: 'https://c.example' };
  const connected = (governanceConfig: object) => resolveSession({ governanceConfig }, {}, initial).governance?.options;

  it.each([{}, { apiKey: undefined, apiUrl: undefined }, { apiKey: '', apiUrl: '' }])(
    'stays under %j',
    (given: object) => {
      expect(connected(given)).toMatchObject(initial);
    },
  );

  it('is replaced as a pair, and never by half of one', () => {
    const other = { apiKey: 'wax_sk_other', apiUrl: 'https://d.example' };
    expect(connected(other)).toMatchObject(other);
    for (const half of [{ apiUrl: 'https://d.example' }, { apiKey: 'wax_sk_other' }, { apiKey: 'x', apiUrl: '' }]) {
      expect(() => connected(half)).toThrow('apiKey and apiUrl belong together');
    }
  });
});
