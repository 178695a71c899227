import type { IdentityKind } from './contract.ts';

/**
 * Values by external id. A map for each project and kind, so that ids are their own keys: joined ones would have to be built and hashed anew at every look.
 */
export class IdMap<Value> {
  readonly #projects = new Map<number, Map<IdentityKind, Map<string, Value>>>();
  #size = 0;
  /** The map that was asked last: ids come in rows of one project and few kinds. */
  #last: { projectId: number; kind: IdentityKind; ids: Map<string, Value> } | undefined;

  get size(): number {
    return this.#size;
  }

  get(projectId: number, kind: IdentityKind, value: string): Value | undefined {
    return this.#find(projectId, kind)?.get(value);
  }

  set(projectId: number, kind: IdentityKind, value: string, to: Value): void {
    const ids = this.#find(projectId, kind) ?? this.#make(projectId, kind);
    const before = ids.size;
    ids.set(value, to);
    this.#size += ids.size - before;
  }

  /** Whether it was there. */
  delete(projectId: number, kind: IdentityKind, value: string): boolean {
    const was = this.#find(projectId, kind)?.delete(value) ?? false;
    if (was) this.#size -= 1;
    return was;
  }

  clear(): void {
    this.#projects.clear();
    this.#size = 0;
    this.#last = undefined;
  }

  /** Everything, by project and kind, each in the order in which it came. */
  *values(): IterableIterator<Value> {
    for (const kinds of this.#projects.values()) for (const ids of kinds.values()) yield* ids.values();
  }

  #find(projectId: number, kind: IdentityKind): Map<string, Value> | undefined {
    const last = this.#last;
    if (last && last.kind === kind && last.projectId === projectId) return last.ids;
    const ids = this.#projects.get(projectId)?.get(kind);
    if (ids) this.#last = { projectId, kind, ids };
    return ids;
  }

  #make(projectId: number, kind: IdentityKind): Map<string, Value> {
    const ids = new Map<string, Value>();
    const kinds = this.#projects.get(projectId);
    if (kinds) kinds.set(kind, ids);
    else this.#projects.set(projectId, new Map([[kind, ids]]));
    this.#last = { projectId, kind, ids };
    return ids;
  }
}
