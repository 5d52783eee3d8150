// Claim: governance costs at most 1.30 of an ungoverned call on SDK 1.x in memory, and an ungoverned tool at most 1.05.
import { callInMemory, everything } from './fixtures/in-memory.js';
import { compare, print } from './harness.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

print(
  await compare(
    'Overhead in memory (SDK 1.x, audit to memory, no OpenTelemetry SDK)',
    {
      base: await callInMemory(),
      control: await callInMemory(),
      governed: await callInMemory(everything()),
      'enabled: false': await callInMemory({ toolConfigs: { search: { enabled: false } } }),
    },
    [
      { variant: 'governed', atMost: 1.3, aim: 1.2 },
      { variant: 'enabled: false', atMost: 1.05 },
    ],
  ),
);
