import { describe, expect, test } from '@jest/globals';
import { readEnvironment } from '../../src/config/env.js';
import { type ConnectionOptions, resolveConnection } from '../../src/config/resolve-connection.js';
import { ConfigError } from '../../src/errors/config-error.js';

const resolve = (options: ConnectionOptions, env: Record<string, string> = {}) =>
  resolveConnection(options, readEnvironment(env), env);

describe('resolveConnection', () => {
  test('without a key: standalone, whatever else is set', () => {
    expect(resolve({})).toBeUndefined();
    expect(resolve({ apiKey: '', apiUrl: '' })).toBeUndefined();
    expect(resolve({ apiUrl: 'https://c.example', decisionMode: 'check' })).toBeUndefined();
  });

  test('code goes before our variables, and those before the reference', () => {
    const env = {
      WAXELL_API_KEY: 'waxell',
      WAXELL_API_URL: 'https://waxell.example',
      MCP_GOVERNANCE_API_KEY: 'ours',
      MCP_GOVERNANCE_DECISION_MODE: 'check',
    };
    expect(resolve({}, env)).toMatchObject({
      apiKey: 'ours',
      apiUrl: 'https://waxell.example',
      decisionMode: 'check',
    });
    expect(resolve({ apiKey: 'code', apiUrl: 'http://127.0.0.1:8787/', decisionMode: 'snapshot' }, env)).toMatchObject({
      apiKey: 'code',
      apiUrl: 'http://127.0.0.1:8787',
      decisionMode: 'snapshot',
    });
    expect(resolve({ apiKey: '', apiUrl: '' }, env)).toMatchObject({ apiKey: 'ours' });
  });

  test('keeps a path below which the service answers', () => {
    expect(resolve({ apiKey: 'key', apiUrl: 'https://acme.example/gov//' })?.apiUrl).toBe('https://acme.example/gov');
  });

  test('keeps its state where XDG says, if that is an absolute path', () => {
    const folder = (env: Record<string, string>) =>
      resolve({ apiKey: 'key', apiUrl: 'https://c.example' }, env)?.stateFolder;
    expect(folder({ XDG_STATE_HOME: '/var/state' })).toBe('/var/state/mcp-governance');
    expect(folder({ XDG_STATE_HOME: 'state' })).toMatch(/\.local\/state\/mcp-governance$/);
  });

  test.each([
    [{ apiKey: 'key' }],
    [{ apiKey: 'key', apiUrl: 'c.example' }],
    [{ apiKey: 'key', apiUrl: 'ftp://c.example' }],
    [{ apiKey: 'key', apiUrl: 'https://user:secret@c.example' }],
    [{ apiKey: 'key', apiUrl: 'https://c.example?key=secret' }],
    [{ apiKey: 'key', apiUrl: 'https://c.example#secret' }],
    [{ apiKey: 'secret\r\nx-evil: 1', apiUrl: 'https://c.example' }],
    [{ apiKey: 'secret key', apiUrl: 'https://c.example' }],
    [{ apiKey: 'secret'.repeat(100), apiUrl: 'https://c.example' }],
  ])('refuses %j, and quotes none of it', (options) => {
    expect(() => resolve(options)).toThrow(ConfigError);
    expect(() => resolve(options)).not.toThrow(/secret/);
  });
});
