// Checked by `npm run types`: what compiles here has to go on compiling, and what is refused has to stay refused.
import { z } from 'zod';
import {
  type Decision,
  governance,
  GovernanceMiddleware,
  type GovernanceOptions,
  type Middleware,
  type PIIScanner,
  tool,
  toolsFrom,
} from '../../src/index.js';

class Documents {
  @governance({ approvalRequired: true, piiScan: 'strict', rateLimit: { maxPerMinute: 5, by: ['tool', 'args.id'] } })
  @tool({ description: 'Updates a document.', parameters: z.object({ id: z.string() }) })
  async update_document({ id }: { id: string }): Promise<string> {
    return id;
  }
}

const tagged: { name: string } = governance({ piiScan: 'strict' })({ name: 'search' });
const handler: (id: string) => number = governance({})((id: string) => id.length);
const names: string[] = toolsFrom(new Documents()).map((each) => each.name);
const scanner: PIIScanner = { scan: async () => [] };
const middleware: Middleware = new GovernanceMiddleware({
  policyConfig: { defaultPiiScan: 'standard', defaultPolicyAction: 'allow', failOpen: true },
  toolConfigs: new Map([['delete_*', { policyAction: 'block', piiScan: 'strict' }]]),
  policy: { decide: async () => ({ action: 'allow' }) },
  onPolicyBlock: async (error, request) => ({ approved: error.code !== 'policy_blocked', approver: request.tool }),
  piiScanner: scanner,
});

// @ts-expect-error -- a misspelt option
const misspelt: GovernanceOptions = { toolConfig: {} };
// @ts-expect-error -- an action that does not exist
const action: Decision = { action: 'deny' };
// @ts-expect-error -- a decision says what is to happen
const silent: Decision = { reason: 'none' };
// @ts-expect-error -- who is governed at all is the operator's to say
const authors = governance({ enabled: false });
// @ts-expect-error -- a principal is known before the call goes on, not later
const later: GovernanceOptions['identify'] = async () => ({ agent: '', user: '', attributes: {}, selfDeclared: true });
// @ts-expect-error -- an approval is a decision, not a word
const word: GovernanceOptions = { onPolicyBlock: () => 'approved' };

export { action, authors, handler, later, middleware, misspelt, names, silent, tagged, word };
