import { z } from 'zod';
import { FastMCP } from '../../fastmcp/index.js';
import { governance, GovernanceMiddleware, tool, toolsFrom } from '../../index.js';
import { BrokenScanner } from './broken-scanner.js';
import type { GovernedServer } from './governed-server.js';
import { reportingMiddleware, reportingSink } from './report.js';
import { BROKEN_SCANNER, DOCUMENT_TOOLS } from './settings.js';

const byId = z.object({ id: z.string() });
const CUSTOMER = { name: 'Ada Lovelace', ssn: '536-90-4399', email: 'ada.lovelace@analytical-engines.com' };

/** Tools as methods: the author says at the method what governs it. */
class Editor {
  @governance({ policyAction: 'warn' })
  @tool({ description: 'Changes a document.', parameters: z.object({ id: z.string(), text: z.string() }) })
  async update_document({ id }: { id: string }): Promise<string> {
    return `${id} is changed.`;
  }
}

/** A server of documents, governed: fails open where its scanner fails. */
export function createDocumentsServer(): GovernedServer {
  const server = new FastMCP({ name: 'documents', version: '1.0.0' });
  const governance = new GovernanceMiddleware({
    policyConfig: { failOpen: true },
    toolConfigs: DOCUMENT_TOOLS,
    piiScanner: new BrokenScanner(BROKEN_SCANNER.documents),
    audit: reportingSink,
  });
  server.addMiddleware(governance);
  server.addMiddleware(reportingMiddleware);
  addTools(server);
  server.addTools(toolsFrom(new Editor()));
  return { server, governance };
}

function addTools(server: FastMCP): void {
  server.addTool({ name: 'get_document', parameters: byId, execute: async ({ id }) => `The text of ${id}.` });
  server.addTool({ name: 'delete_document', parameters: byId, execute: async ({ id }) => `${id} is gone.` });
  server.addTool({ name: 'publish_document', parameters: byId, execute: async ({ id }) => `${id} is public.` });
  server.addTool({ name: 'translate_document', parameters: byId, execute: async ({ id }) => `Le texte de ${id}.` });
  server.addTool({ name: 'export_documents', execute: async () => 'Three documents.' });
  server.addTool({
    name: 'search_documents',
    parameters: z.object({ query: z.string() }),
    execute: async ({ query }) => `Two documents about ${query}.`,
  });
  server.addTool({
    name: 'create_ticket',
    parameters: z.object({ text: z.string() }),
    execute: async () => 'Ticket 17.',
  });
  server.addTool({
    name: 'get_customer',
    parameters: byId,
    execute: async () => ({
      content: [{ type: 'text', text: `${CUSTOMER.name}, SSN ${CUSTOMER.ssn}, ${CUSTOMER.email}` }],
      structuredContent: CUSTOMER,
    }),
  });
  server.addTool({
    name: 'import_records',
    parameters: z.object({ records: z.array(z.unknown()) }),
    execute: async ({ records }) => `${records.length} records.`,
  });
}
