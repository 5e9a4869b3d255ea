import type { InstanceStatus, Page } from '@workflow-runner/contract';
import type { AttemptInfo } from './attempt-info.js';
import { checkQuery } from './check-requests.js';
import { toInstanceInfo, type InstanceInfo, type InstanceSummary } from './instance-info.js';
import * as questions from './questions.js';
import type * as Asked from './request-options.js';
import { RunnerCommands } from './runner-commands.js';
import type { WhyInfo } from './why-info.js';

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
    await questions.assertKnown(node, instanceId, options);
    return toInstanceInfo(await questions.waitFor(node, instanceId, options)) as InstanceInfo<TData>;
  }

  /** @returns null when unknown */
  async getInstance<TData = unknown>(
    instanceId: string,
    { tenantId = null }: Asked.TenantScope = {},
  ): Promise<InstanceInfo<TData> | null> {
    const snapshot = await this.lifecycle.running.operations.get(instanceId, tenantId);
    return snapshot && (toInstanceInfo(snapshot) as InstanceInfo<TData>);
  }

  /** Without their data, newest first. */
  async listInstances(
    query: Asked.InstanceQuery = {},
    page: Asked.PageQuery = {},
  ): Promise<Page<InstanceSummary>> {
    return questions.listInstances(this.lifecycle.running, query, page);
  }

  /** What has not ended, newest first; `limit` is 10,000 by default. */
  async getActiveInstances(
    options: { readonly limit?: number } & Asked.TenantScope = {},
  ): Promise<InstanceSummary[]> {
    return questions.activeInstances(this.lifecycle.running, options);
  }

  async countActive(scope: Asked.TenantScope = {}): Promise<number> {
    return questions.countActive(this.lifecycle.running, scope);
  }

  async countByStatus(query: Asked.InstanceQuery = {}): Promise<Readonly<Record<InstanceStatus, number>>> {
    return this.lifecycle.running.store.countByStatus(checkQuery(query));
  }

  /** Every attempt of every step, oldest first. */
  async getHistory(
    instanceId: string,
    page: Asked.PageQuery = {},
    scope: Asked.TenantScope = {},
  ): Promise<Page<AttemptInfo>> {
    await questions.assertKnown(this.lifecycle.running, instanceId, scope);
    return questions.historyOf(this.lifecycle.running, instanceId, page);
  }

  /** What it waits for, since when and until when, pointer by pointer. */
  async why(instanceId: string, scope: Asked.TenantScope = {}): Promise<WhyInfo> {
    await questions.assertKnown(this.lifecycle.running, instanceId, scope);
    return questions.whyOf(this.lifecycle.running, instanceId);
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
