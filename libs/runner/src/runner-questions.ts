import type { InstanceStatus, Page } from '@workflow-runner/contract';
import type { DefinitionGraph } from '@workflow-runner/engine';
import type { AuditInfo } from './audit/audit-info.js';
import { listAudit, type AuditQuery } from './audit/list-audit.js';
import { verifyAudit, type AuditVerification } from './audit/verify-audit.js';
import { checkQuery } from './check-requests.js';
import type { DeadLetter } from './dead-letter-info.js';
import { listDeadLetters, type DeadLetterQuery } from './dead-letters.js';
import { checkFeed } from './feed/check-feed.js';
import { Feed } from './feed/feed.js';
import type { FeedOptions } from './feed/feed-query.js';
import { toInstanceInfo, type InstanceInfo, type InstanceSummary } from './instance-info.js';
import { knownWorkflow, knownWorkflows, type KnownWorkflow } from './known-workflows.js';
import * as questions from './questions.js';
import type * as Asked from './request-options.js';
import { RunnerCommands } from './runner-commands.js';
import type { WhyInfo } from './why-info.js';
import { inScope, inTenant } from './workflow-scope.js';

/** The layer that answers questions about instances. */
export abstract class RunnerQuestions extends RunnerCommands {
  /**
   * Resolves when it has completed, failed or was cancelled.
   * @throws {WaitTimedOutError} it has not within `timeoutMs`
   */
  async waitForCompletion<TData = unknown>(
    instanceId: string,
    options: Asked.WaitOptions = {},
  ): Promise<InstanceInfo<TData>> {
    const node = this.lifecycle.running;
    await questions.assertKnown(node, instanceId, inScope(options));
    return toInstanceInfo(await questions.waitFor(node, instanceId, options)) as InstanceInfo<TData>;
  }

  /** @returns null when unknown */
  async getInstance<TData = unknown>(
    instanceId: string,
    scope: Asked.TenantScope = {},
  ): Promise<InstanceInfo<TData> | null> {
    const { tenantId = null } = inScope(scope);
    const snapshot = await this.lifecycle.running.operations.get(instanceId, tenantId);
    return snapshot && (toInstanceInfo(snapshot) as InstanceInfo<TData>);
  }

  /** Without their data, newest first. */
  async listInstances(
    query: Asked.InstanceQuery = {},
    page: Asked.PageQuery = {},
  ): Promise<Page<InstanceSummary>> {
    return questions.listInstances(this.lifecycle.running, inTenant(query), page);
  }

  /** Failed instances with their errors, newest first by creation. */
  async listDeadLetters(query: DeadLetterQuery = {}, page: Asked.PageQuery = {}): Promise<Page<DeadLetter>> {
    return listDeadLetters(this.lifecycle.running, inTenant(query), page);
  }

  /** What has not ended, newest first; `limit` is 10,000 by default. */
  async getActiveInstances(
    options: { readonly limit?: number } & Asked.TenantScope = {},
  ): Promise<InstanceSummary[]> {
    return questions.activeInstances(this.lifecycle.running, inTenant(options));
  }

  async countActive(scope: Asked.TenantScope = {}): Promise<number> {
    return questions.countActive(this.lifecycle.running, inScope(scope));
  }

  async countByStatus(query: Asked.InstanceQuery = {}): Promise<Readonly<Record<InstanceStatus, number>>> {
    return this.lifecycle.running.store.countByStatus(checkQuery(inTenant(query)));
  }

  /** Every attempt of every step, and what was asked of the instance, oldest first. */
  async getHistory(
    instanceId: string,
    page: Asked.PageQuery = {},
    scope: Asked.TenantScope = {},
  ): Promise<questions.HistoryInfo> {
    await questions.assertKnown(this.lifecycle.running, instanceId, inScope(scope));
    return questions.historyOf(this.lifecycle.running, instanceId, page);
  }

  /** What it waits for, since when and until when, pointer by pointer; and what was asked of it last. */
  async why(instanceId: string, scope: Asked.TenantScope = {}): Promise<WhyInfo> {
    await questions.assertKnown(this.lifecycle.running, instanceId, inScope(scope));
    return questions.whyOf(this.lifecycle.running, instanceId);
  }

  /**
   * What becomes durable in the whole store from now on, or goes on behind a position, without payloads: each commit at
   * least once and in order, as long as the store keeps it. Close it, or leave its loop; it ends when the runner stops.
   * @throws {InvalidRequestError}
   */
  async feed(options: FeedOptions = {}): Promise<Feed> {
    return Feed.open(this.lifecycle.running.tail, checkFeed(inTenant(options)));
  }

  // Of the audit trail ------------------------------------------------------------------------------------

  /** Who asked for what, newest first. */
  async listAudit(query: AuditQuery = {}, page: Asked.PageQuery = {}): Promise<Page<AuditInfo>> {
    return listAudit(this.lifecycle.running, inTenant(query), page);
  }

  /** Looks whether an entry was changed, removed or moved since it was sealed; of all tenants. */
  async verifyAudit(): Promise<AuditVerification> {
    return verifyAudit(this.lifecycle.running.store);
  }

  // Of workflows --------------------------------------------------------------------------------------

  /** Its own workflows; with `execute: false` also those that other nodes of the store have registered. */
  async knownWorkflows(): Promise<readonly KnownWorkflow[]> {
    return knownWorkflows(this.lifecycle.running, this.catalog);
  }

  /** One of them, with its steps and edges. @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} */
  async knownWorkflow(
    workflowId: string,
    version?: string | number | null,
  ): Promise<{ readonly workflow: KnownWorkflow; readonly graph: DefinitionGraph }> {
    return knownWorkflow(this.lifecycle.running, this.catalog, workflowId, version);
  }

  // Of the store --------------------------------------------------------------------------------------

  /**
   * Makes a consistent copy of the store while it is in use.
   * @param target path of the new file
   * @throws {InvalidOptionsError} this store, or this driver of it, cannot make one
   */
  async backup(target: string): Promise<void> {
    await this.lifecycle.running.store.backup(target);
  }

  /** Looks for damage in the store. @returns findings; empty when it is sound */
  async checkStore(): Promise<readonly string[]> {
    return this.lifecycle.running.store.check();
  }
}
