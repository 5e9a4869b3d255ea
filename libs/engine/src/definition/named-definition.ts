/** What a workflow is called, and which shape it has: enough to start it, not to run it. */
export interface NamedDefinition {
  /** `nameSpace.name@version`. */
  readonly workflowId: string;
  readonly nameSpace: string;
  readonly name: string;
  /** In full form, `1.0.0`. */
  readonly version: string;
  readonly hash: string;
  /** How many instances run at once; null: any number, or it is not known here. */
  readonly concurrency: number | null;
  /** The step an instance begins with is 0. */
  step(id: number): { readonly name: string } | undefined;
}
