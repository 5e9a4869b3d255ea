import type { Migration } from './migration.js';

/**
 * An instance's own row is rewritten only when something outside must see it; in between its journal grows. While it
 * has an owner, the newest journal row says its revision; at rest the row itself does.
 *
 * `tenant` is empty for the default tenant. There is no rank column: per priority the order of `wake_at` is the
 * order of rank, so that one index serves both the claim and the next wake-up. The journal names an instance by its
 * `seq`: its unique index is touched by every commit, and small keys keep that to few pages.
 */
export const firstSchema: Migration = {
  version: 1,
  oldestReader: 1,
  sql: `
    CREATE TABLE instances (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      tenant TEXT NOT NULL,
      name_space TEXT NOT NULL,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      workflow_id TEXT NOT NULL,
      definition_hash TEXT NOT NULL,
      status TEXT NOT NULL,
      status_reason TEXT,
      priority TEXT NOT NULL,
      wake_at INTEGER,
      owner_node TEXT,
      owner_epoch INTEGER,
      fence INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      snapshot_revision INTEGER NOT NULL,
      crashes INTEGER NOT NULL,
      control TEXT,
      last_mark_at INTEGER NOT NULL DEFAULT 0,
      failure TEXT,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      updated_at INTEGER NOT NULL,
      ended_at INTEGER,
      paused_at INTEGER,
      paused_ms INTEGER NOT NULL DEFAULT 0,
      deadline_at INTEGER,
      correlation_id TEXT,
      traceparent TEXT,
      caller TEXT NOT NULL,
      origin TEXT NOT NULL,
      concurrency_key TEXT,
      idempotency_key TEXT,
      tags TEXT NOT NULL,
      snapshot TEXT NOT NULL
    );
    CREATE INDEX instances_due ON instances (priority, wake_at) WHERE owner_node IS NULL AND wake_at IS NOT NULL;
    CREATE INDEX instances_owned ON instances (owner_node, owner_epoch) WHERE owner_node IS NOT NULL;
    CREATE INDEX instances_status ON instances (status);
    CREATE INDEX instances_ended ON instances (status, ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX instances_correlated ON instances (correlation_id) WHERE correlation_id IS NOT NULL;

    CREATE TABLE tags (
      key TEXT NOT NULL, value TEXT NOT NULL, instance_id TEXT NOT NULL,
      PRIMARY KEY (key, value, instance_id)
    ) WITHOUT ROWID;
    CREATE INDEX tags_of_instance ON tags (instance_id);

    CREATE TABLE idempotency_keys (
      tenant TEXT NOT NULL, workflow TEXT NOT NULL, key TEXT NOT NULL,
      instance_id TEXT NOT NULL, digest TEXT NOT NULL, created_at INTEGER NOT NULL,
      PRIMARY KEY (tenant, workflow, key)
    ) WITHOUT ROWID;
    CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

    CREATE TABLE journal (
      position INTEGER PRIMARY KEY,
      instance INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      kind TEXT NOT NULL,
      node TEXT,
      at INTEGER NOT NULL,
      tell TEXT,
      change TEXT NOT NULL,
      pointer_id TEXT, step_id INTEGER, step_name TEXT, attempt INTEGER, attempt_status TEXT,
      queued_at INTEGER, attempt_started_at INTEGER, attempt_ended_at INTEGER,
      input TEXT, outcome TEXT, error_category TEXT, error_code TEXT, error_message TEXT,
      UNIQUE (instance, revision)
    );

    CREATE TABLE subscriptions (
      id TEXT PRIMARY KEY,
      instance_id TEXT NOT NULL, pointer_id TEXT NOT NULL,
      tenant TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, as_of INTEGER NOT NULL
    );
    CREATE INDEX subscriptions_by_topic ON subscriptions (tenant, name, key, as_of);
    CREATE INDEX subscriptions_of_instance ON subscriptions (instance_id);

    CREATE TABLE events (
      seq INTEGER PRIMARY KEY,
      tenant TEXT NOT NULL, id TEXT NOT NULL,
      name TEXT NOT NULL, key TEXT NOT NULL, time INTEGER NOT NULL, published_at INTEGER NOT NULL,
      delivered INTEGER NOT NULL, correlation_id TEXT, data TEXT NOT NULL,
      UNIQUE (tenant, id)
    );
    CREATE INDEX events_by_topic ON events (tenant, name, key, time);
    CREATE INDEX events_to_come ON events (time) WHERE delivered = 0;
    CREATE INDEX events_by_age ON events (time);

    CREATE TABLE inbox (
      seq INTEGER PRIMARY KEY,
      instance_id TEXT NOT NULL, id TEXT NOT NULL,
      subscription_id TEXT NOT NULL, pointer_id TEXT NOT NULL,
      event_id TEXT NOT NULL, event_time INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL,
      UNIQUE (instance_id, id)
    );
    CREATE TABLE signals (
      instance_id TEXT NOT NULL, id TEXT NOT NULL,
      PRIMARY KEY (instance_id, id)
    ) WITHOUT ROWID;

    CREATE TABLE nodes (
      node_id TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL, beat INTEGER NOT NULL, state TEXT NOT NULL, ring INTEGER NOT NULL,
      lease_ms INTEGER NOT NULL, workflow_ids TEXT NOT NULL, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
    );
    CREATE TABLE roles (role TEXT PRIMARY KEY, node_id TEXT NOT NULL, epoch INTEGER NOT NULL);
    CREATE TABLE cursors (sink TEXT PRIMARY KEY, position INTEGER NOT NULL);
    CREATE TABLE definitions (
      workflow_id TEXT NOT NULL, hash TEXT NOT NULL, shape TEXT NOT NULL,
      PRIMARY KEY (workflow_id, hash)
    );
    CREATE TABLE statistics (
      minute INTEGER NOT NULL, workflow_id TEXT NOT NULL,
      started INTEGER NOT NULL, completed INTEGER NOT NULL, failed INTEGER NOT NULL, cancelled INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL,
      PRIMARY KEY (minute, workflow_id)
    ) WITHOUT ROWID;
  `,
};
