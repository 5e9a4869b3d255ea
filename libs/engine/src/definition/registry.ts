import {
  InvalidWorkflowError,
  WorkflowAmbiguousError,
  WorkflowConflictError,
  WorkflowNotFoundError,
} from '@workflow-runner/contract';
import type { CompiledDefinition } from './compiled-definition.js';
import type { NamedDefinition } from './named-definition.js';
import { compareVersions, tryNormaliseVersion } from './version.js';
import { parseReference, type WorkflowReference } from './workflow-id.js';

/** The workflows one host knows. */
export class WorkflowRegistry<T extends NamedDefinition = CompiledDefinition> {
  readonly #byId = new Map<string, T>();
  /** By bare name, highest version first. */
  readonly #byName = new Map<string, readonly T[]>();

  /**
   * Adds a definition and returns the one that counts: an earlier one of the same id and shape stays.
   * @throws {WorkflowConflictError} the id is registered with another shape
   * @throws {InvalidWorkflowError} the id is registered with another `concurrency`
   */
  register(definition: T): T {
    const known = this.#byId.get(definition.workflowId);
    if (known && known.hash !== definition.hash) throw new WorkflowConflictError(definition.workflowId);
    if (known) return agreed(known, definition);
    this.#byId.set(definition.workflowId, definition);
    const named = [...this.#named(definition.name), definition];
    this.#byName.set(
      definition.name,
      named.sort((a, b) => compareVersions(b.version, a.version)),
    );
    return definition;
  }

  /**
   * Forgets what `resolve` would find.
   * @throws {WorkflowNotFoundError | WorkflowAmbiguousError} as `resolve` does
   */
  unregister(idOrName: string, version?: string | number): T {
    const definition = this.resolve(idOrName, version);
    this.#byId.delete(definition.workflowId);
    const rest = this.#named(definition.name).filter((other) => other !== definition);
    if (rest.length > 0) this.#byName.set(definition.name, rest);
    else this.#byName.delete(definition.name);
    return definition;
  }

  /**
   * Finds by full id, by `nameSpace.name` or by bare name; without a version the highest one. A version in
   * the id and one beside it must agree.
   * @throws {WorkflowNotFoundError} nothing of that name and version is registered
   * @throws {WorkflowAmbiguousError} a bare name stands in several name spaces
   */
  resolve(idOrName: string, version?: string | number | null): T {
    const wanted = version == null ? null : tryNormaliseVersion(version);
    const exact = this.#byId.get(idOrName);
    if (exact && (version == null || wanted === exact.version)) return exact;

    const reference = parseReference(idOrName);
    const named = this.#named(reference.name).filter((definition) => isIn(definition, reference));
    const matching = named.filter((definition) =>
      hasVersions(definition, [reference.version, version ?? null]),
    );
    refuseAmbiguous(idOrName, named, matching);
    const [highest] = matching;
    if (!highest) throw new WorkflowNotFoundError(version == null ? idOrName : `${idOrName}@${version}`);
    return highest;
  }

  /** By an instance's `workflowId`, which is a full id in full form. */
  byWorkflowId(fullId: string): T | undefined {
    return this.#byId.get(fullId);
  }

  /** In the order of registration. */
  all(): T[] {
    return [...this.#byId.values()];
  }

  #named(name: string): readonly T[] {
    return this.#byName.get(name) ?? [];
  }
}

/** Which of two limits was meant, nobody can tell. */
function agreed<T extends NamedDefinition>(known: T, again: T): T {
  if (known.concurrency === again.concurrency) return known;
  const said = [known, again].map(({ concurrency }) => concurrency ?? 'none').join(' and ');
  throw new InvalidWorkflowError(known.workflowId, `it is registered twice, with concurrency ${said}`);
}

function isIn(definition: NamedDefinition, { nameSpace }: WorkflowReference): boolean {
  return nameSpace === null || nameSpace === definition.nameSpace;
}

function hasVersions(definition: NamedDefinition, wanted: readonly (string | number | null)[]): boolean {
  return wanted.every((version) => version === null || tryNormaliseVersion(version) === definition.version);
}

/** Several name spaces are ambiguous whatever the version: what a name means must not hang on it. */
function refuseAmbiguous(
  idOrName: string,
  named: readonly NamedDefinition[],
  matching: readonly NamedDefinition[],
): void {
  const nameSpaces = new Set(named.map((definition) => definition.nameSpace));
  if (nameSpaces.size < 2) return;
  const offered = [...matching, ...named];
  const best = [...nameSpaces].flatMap(
    (nameSpace) => offered.find((one) => one.nameSpace === nameSpace) ?? [],
  );
  throw new WorkflowAmbiguousError(
    idOrName,
    best.map((definition) => definition.workflowId),
  );
}
