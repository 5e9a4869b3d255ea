import type { Migration } from './migration.js';

/**
 * `audit` holds each entry as one line, as it is hashed, numbered in order of commit without gaps. They are sealed in
 * that order: whatever stands behind the last seal is not sealed yet. So a change costs one short row, and everything
 * else is written in bulk with the seals: `audit_seals` holds beside the hash what can be asked for. Each index answers
 * one question, within a length of time; questions that most entries answer (starts, successes, the default tenant)
 * have the order of time. `alone`: the id of an entry without a change, which must not come twice. An older version that
 * shares the file writes no entries.
 */
export const audit: Migration = {
  version: 5,
  oldestReader: 1,
  sql: `
    CREATE TABLE audit (
      position INTEGER PRIMARY KEY,
      line TEXT NOT NULL,
      alone TEXT
    );
    CREATE UNIQUE INDEX audit_alone ON audit (alone) WHERE alone IS NOT NULL;

    CREATE TABLE audit_chains (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      base_sequence INTEGER NOT NULL, base_hash TEXT NOT NULL,
      head_sequence INTEGER NOT NULL, head_hash TEXT NOT NULL
    );
    CREATE TABLE audit_seals (
      position INTEGER PRIMARY KEY,
      chain INTEGER NOT NULL, sequence INTEGER NOT NULL, hash TEXT NOT NULL,
      at INTEGER NOT NULL,
      subject TEXT,
      tenant TEXT NOT NULL,
      action TEXT,
      resource_kind TEXT, resource_id TEXT,
      workflow_id TEXT,
      result TEXT,
      UNIQUE (chain, sequence)
    );
    CREATE INDEX audit_at ON audit_seals (at);
    CREATE INDEX audit_subject ON audit_seals (subject, at) WHERE subject IS NOT NULL;
    CREATE INDEX audit_resource ON audit_seals (resource_id, at) WHERE resource_id IS NOT NULL;
    CREATE INDEX audit_workflow ON audit_seals (workflow_id, at) WHERE workflow_id IS NOT NULL;
    CREATE INDEX audit_tenant ON audit_seals (tenant, at) WHERE tenant <> '';
    CREATE INDEX audit_action ON audit_seals (action, at) WHERE action <> 'workflow:execute';
    CREATE INDEX audit_refused ON audit_seals (at) WHERE result = 'refused';
  `,
};
