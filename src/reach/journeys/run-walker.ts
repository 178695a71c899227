import type { QueryExecutorProvider } from 'kysely';
import type { DeliveryRequest } from '../gate/index.ts';
import type { JourneyDefinition } from './contract.ts';
import type { JourneyParts } from './parts.ts';
import type { RunRow } from './tables.ts';
import type { Walker } from './walk.ts';

/** A run on its way, with what its mails need. */
export interface RunWalker extends Walker<RunRow> {
  definition: JourneyDefinition;
}

/** What `commitWalk` needs. */
export interface WalkToCommit {
  parts: JourneyParts;
  owner: string;
  now: number;
  walkers: readonly RunWalker[];
  mails: ReadonlyMap<string, DeliveryRequest>;
  /** The project's, loaded before the transaction. */
  timeZone: string;
}

export type Tx = QueryExecutorProvider;
