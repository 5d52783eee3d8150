import * as wire from '../../wire/documents.js';
import type { Fleet } from '../decisions/fleet.js';
import type { AddRoute } from '../http/route.js';
import type { Store } from '../store/store.js';
import type { DocumentStore } from './document-store.js';

const PAGE = 100;

/** Answers what is asked about the policy document, and about all changes. */
export function addDocumentRoutes(add: AddRoute, documents: DocumentStore, store: Store, fleet: Fleet): void {
  add(wire.readDocument, async ({ reply }) => {
    const document = await documents.read();
    reply.header('etag', `"${document.revision}"`);
    return document;
  });
  add(wire.replaceDocument, async ({ body, caller, ifMatch, reply }) => {
    const document = await documents.replace(body.text, caller.name, ifMatch);
    await fleet.refresh();
    reply.header('etag', `"${document.revision}"`);
    return document;
  });
  add(wire.listChanges, async ({ query }) => {
    const { before, limit = PAGE } = query;
    let changes = store.db.selectFrom('changes').select(['revision', 'at', 'by', 'kind', 'subject', 'operation']);
    if (before !== undefined) changes = changes.where('revision', '<', before);
    const rows = await changes.orderBy('revision', 'desc').limit(limit).execute();
    return { changes: rows.map(({ kind, ...row }) => ({ ...row, kind: kind as (typeof wire.CHANGE_KINDS)[number] })) };
  });
}
