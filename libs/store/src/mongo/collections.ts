import type * as Docs from './documents.js';

/** What lies in each collection; its name in the database is the store's prefix and this one. */
export interface Documents {
  readonly instances: Docs.InstanceDoc;
  readonly events: Docs.EventDoc;
  readonly nodes: Docs.NodeDoc;
  readonly roles: Docs.RoleDoc;
  readonly cursors: Docs.CursorDoc;
  readonly definitions: Docs.DefinitionDoc;
  readonly statistics: Docs.StatisticsDoc;
  readonly journal: Docs.ChunkDoc;
  readonly ledger: Docs.LedgerDoc;
  readonly audit: Docs.AuditDoc;
  readonly chains: Docs.ChainDoc;
  readonly slots: Docs.SlotsDoc;
  readonly meta: Docs.MetaDoc;
}

export type CollectionName = keyof Documents;
