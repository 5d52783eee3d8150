import type { JsonObject } from '../../call/json.js';
import { NESTED } from './child-transport.js';
import type { Outcome } from './judge-call.js';
import type { DemoCall } from './play.js';
import { BROKEN_SCANNER, type StandaloneName } from './settings.js';

/** One call of the servers that stand alone. */
export interface ScenarioCall extends DemoCall {
  readonly server: StandaloneName;
}

function call(tool: string, args: JsonObject, about: string, expected: Outcome): ScenarioCall {
  return { server: 'documents', tool, arguments: args, about, expected };
}

/** The calls of the servers that stand alone, in order. */
export const SCENARIO: readonly ScenarioCall[] = [
  call('get_document', { id: 'handbook' }, 'an ordinary call', 'allowed'),
  call('delete_document', { id: 'handbook' }, 'a tool that is blocked', 'blocked'),
  call('search_documents', { query: 'holidays' }, '1st this minute, limit 2', 'allowed'),
  call('search_documents', { query: 'sick leave' }, '2nd this minute', 'allowed'),
  call('search_documents', { query: 'salaries' }, '3rd this minute', 'rate_limited'),
  {
    ...call('create_ticket', { text: 'My SSN is 536-90-4399.' }, 'sends a social security number', 'pii_blocked'),
    withheld: ['536-90-4399'],
  },
  {
    ...call('get_customer', { id: 'ada' }, 'returns an SSN and an email', 'redacted'),
    withheld: ['536-90-4399', 'ada.lovelace@analytical-engines.com'],
  },
  call('update_document', { id: 'handbook', text: 'New.' }, '@governance on its method: warn', 'warned'),
  call('export_documents', {}, 'a tool that is slowed down', 'throttled'),
  call('publish_document', { id: 'handbook' }, 'needs approval, nobody to ask', 'approval_missing'),
  { ...call('refund_payment', { amount: 20 }, 'needs approval, gets it', 'approved'), server: 'payments' },
  call(BROKEN_SCANNER.documents, { id: 'handbook' }, 'its scanner is down, failOpen: true', 'failed_open'),
  {
    ...call(BROKEN_SCANNER.payments, { amount: 900 }, 'its scanner is down, failOpen: false', 'failed_closed'),
    server: 'payments',
  },
  call('import_records', { records: NESTED }, '10,000 arrays in one another', 'too_large'),
  call('get_document', { id: 'handbook' }, 'the same server, right after that', 'allowed'),
];
