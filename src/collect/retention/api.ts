import type { Held } from './contract.ts';

/** Who is to be erased. */
export interface ErasureScope {
  projectId: number;
  /** Every number that stands for the person. */
  numbers: readonly number[];
  externalIds: readonly { kind: string; value: string }[];
  /** What the person is called in texts that others wrote: external ids, addresses, phone numbers. `patternOf` finds them. */
  texts: readonly string[];
}

/**
 * What a slice holds about people in places that are not found by themselves: every table of both stores with the columns `project_id` and
 * `person_id` is, and needs no eraser.
 */
export interface Eraser {
  /** The slice. */
  name: string;
  /** PostgreSQL tables that it sees to by itself, so that they are not emptied by person number. */
  tables?: readonly string[];
  /** Rows about the person, by table. After `erase` all are 0. */
  count(scope: ErasureScope): Promise<Held[]>;
  /** Whole files that may name the person and are not searched: they are gone by themselves after so many days. The proof says so. */
  files?: { place: string; days: number };
  /** Deletes them. Done twice is as good as once. */
  erase(scope: ErasureScope): Promise<void>;
}

/** How long events are kept, and the erasing of people. */
export interface RetentionApi {
  /** Once per process, at start. */
  registerEraser(eraser: Eraser): void;
}
