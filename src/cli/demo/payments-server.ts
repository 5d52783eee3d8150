import { z } from 'zod';
import { FastMCP } from '../../fastmcp/index.js';
import { GovernanceMiddleware } from '../../index.js';
import { BrokenScanner } from './broken-scanner.js';
import type { GovernedServer } from './governed-server.js';
import { reportingMiddleware, reportingSink } from './report.js';
import { BROKEN_SCANNER, PAYMENT_TOOLS } from './settings.js';

const payment = z.object({ amount: z.number() });

/** A server of payments, governed: fails closed, and somebody can be asked. */
export function createPaymentsServer(): GovernedServer {
  const server = new FastMCP({ name: 'payments', version: '1.0.0' });
  const governance = new GovernanceMiddleware({
    policyConfig: { failOpen: false },
    toolConfigs: PAYMENT_TOOLS,
    piiScanner: new BrokenScanner(BROKEN_SCANNER.payments),
    // A person would be asked here; the demo has none at hand.
    onPolicyBlock: () => ({ approved: true, approver: 'a script in place of a person' }),
    audit: reportingSink,
  });
  server.addMiddleware(governance);
  server.addMiddleware(reportingMiddleware);
  server.addTool({ name: 'list_payments', execute: async () => 'Two payments.' });
  server.addTool({ name: 'transfer_money', parameters: payment, execute: async ({ amount }) => `Sent ${amount}.` });
  server.addTool({ name: 'refund_payment', parameters: payment, execute: async ({ amount }) => `Refunded ${amount}.` });
  return { server, governance };
}
