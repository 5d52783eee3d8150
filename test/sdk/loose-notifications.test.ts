import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServer2 } from '@modelcontextprotocol/server';
import { describe, expect, it } from '@jest/globals';
import { GovernanceMiddleware, type GovernanceOptions } from '../../src/index.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { connectSdk1 } from '../contract/hosts/sdk1.js';
import { connectSdk2 } from '../contract/hosts/sdk2.js';

const SSN = '123-45-6789';
const INFO = { name: 'contract', version: '1.0.0' };
const LOGGING = { capabilities: { logging: {} } };
const governing = (options: GovernanceOptions) => new GovernanceMiddleware(options, { env: {} });

const LINES = [
  {
    title: 'SDK 1.x',
    async setUp(options: GovernanceOptions) {
      const server = withMiddleware(new McpServer1(INFO, LOGGING));
      server.addMiddleware(governing(options));
      return { ...(await connectSdk1(server)), server };
    },
  },
  {
    title: 'SDK 2.x',
    async setUp(options: GovernanceOptions) {
      const server = withMiddleware(new McpServer2(INFO, LOGGING));
      server.addMiddleware(governing(options));
      return { ...(await connectSdk2(server)), server };
    },
  },
];

describe.each(LINES)('what a server sends outside of any call, on $title', ({ setUp }) => {
  it.each<[string, GovernanceOptions, string[]]>([
    ['is redacted by default', {}, ['found ##SSN##']],
    ['is withheld where its type is blocked', { piiActions: { ssn: 'block' } }, []],
    ['is left alone where scanning is off', { policyConfig: { defaultPiiScan: 'off' } }, [`found ${SSN}`]],
  ])('%s', async (_title, options, expected) => {
    const { server, notifications, close } = await setUp(options);
    await server.sendLoggingMessage({ level: 'info', data: `found ${SSN}` });
    await server.server.notification({ method: 'notifications/tools/list_changed' }).catch(() => undefined);
    const logged = notifications.filter((each) => each.method === 'notifications/message');
    expect(logged.map((each) => each.params['data'])).toEqual(expected);
    await close();
  });
});
