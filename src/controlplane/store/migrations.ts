import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import type { Tables } from './tables.js';

/** What was done to the tables. */
export const MIGRATION_TABLE = 'controlplane_migration';

function migrationsFor(postgres: boolean): Record<string, Migration> {
  return {
    '0001-first': { up: (db) => createTables(db as Kysely<Tables>, postgres) },
    '0002-makers-of-links': {
      up: async ({ schema }) => schema.alterTable('login_links').addColumn('key_id', 'text').execute(),
    },
    '0003-reporters': { up: (db) => addReporters(db as Kysely<Tables>) },
    '0004-pins': { up: (db) => addPins(db as Kysely<Tables>) },
  };
}

/**
 * Brings the tables to the newest form; several processes may do so at once.
 *
 * @param schema - The schema that the tables stand in, on PostgreSQL.
 * @throws The fault of the step that failed; nothing of it is kept.
 */
export async function migrate(db: Kysely<Tables>, schema: string | undefined): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrationsFor(schema !== undefined) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: 'controlplane_migration_lock',
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
}

/** True where a database holds tables of ours, in whatever form. */
export async function wasMigrated({ introspection }: Kysely<Tables>, schema: string | undefined): Promise<boolean> {
  const tables = await introspection.getTables({ withInternalKyselyTables: true });
  return tables.some(({ name, schema: own }) => name === MIGRATION_TABLE && own === schema);
}

async function addPins(db: Kysely<Tables>): Promise<void> {
  for (const column of ['accepted_definition', 'accepted_fingerprint', 'accepted_at', 'accepted_by']) {
    await db.schema.alterTable('tool_definitions').addColumn(column, 'text').execute();
  }
  // What is known stands for what was first seen: nobody kept how it was before.
  await db
    .updateTable('tool_definitions')
    .set((known) => ({
      accepted_definition: known.ref('definition'),
      accepted_fingerprint: known.ref('fingerprint'),
      accepted_at: known.ref('first_seen'),
    }))
    .execute();
}

async function createTables(db: Kysely<Tables>, postgres: boolean): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('fleet')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('global_default', 'text', (column) => column.notNull())
    .execute();
  await db.insertInto('fleet').values({ id: 1, revision: 0, global_default: 'review' }).execute();
  await schema
    .createTable('changes')
    .addColumn('revision', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('changes_of_subject').on('changes').columns(['kind', 'subject', 'revision']).execute();
  await schema
    .createTable('policies')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('workflow_name', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('category', 'text')
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('deleted', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('policies_by_revision').on('policies').column('revision').execute();
  await schema
    .createTable('policy_document')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addColumn('updated_by', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('audit_ids')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('audit_ids_by_seq').on('audit_ids').column('seq').execute();
  await createServerTables(db);
  await createKeyTables(db);
  await createApprovalTable(db, postgres);
}

async function addReporters({ schema }: Kysely<Tables>): Promise<void> {
  for (const column of ['reported_key', 'reported_by']) {
    await schema.alterTable('tool_definitions').addColumn(column, 'text').execute();
  }
}

async function createServerTables({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable('servers')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('marked', 'integer', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('first_seen', 'text', (column) => column.notNull())
    .addColumn('last_seen', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('tool_rows')
    .addColumn('server', 'text', (column) => column.notNull())
    .addColumn('tool', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('tool_rows_key', ['server', 'tool'])
    .execute();
  await schema
    .createTable('tool_definitions')
    .addColumn('server', 'text', (column) => column.notNull())
    .addColumn('tool', 'text', (column) => column.notNull())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('first_seen', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'text')
    .addPrimaryKeyConstraint('tool_definitions_key', ['server', 'tool'])
    .execute();
}

async function createKeyTables({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('last_used_at', 'text')
    .addColumn('revoked_at', 'text')
    .execute();
  await schema
    .createTable('login_links')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('used_at', 'text')
    .execute();
  await schema
    .createTable('sessions')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text')
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .execute();
}

async function createApprovalTable(db: Kysely<Tables>, postgres: boolean): Promise<void> {
  await db.schema
    .createTable('approvals')
    // The number in which requests came in: pages of the inbox go by it.
    .addColumn('sequence', postgres ? sql`bigint generated always as identity primary key` : 'integer', (column) =>
      postgres ? column : column.primaryKey().autoIncrement(),
    )
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('server', 'text', (column) => column.notNull())
    .addColumn('tool', 'text', (column) => column.notNull())
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('decide_by', 'bigint', (column) => column.notNull())
    .addColumn('use_by', 'bigint')
    .addColumn('settled_at', 'bigint')
    .addColumn('approver', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('approvals_by_state').on('approvals').columns(['state', 'sequence']).execute();
}
