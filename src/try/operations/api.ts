import type { QueryExecutorProvider } from 'kysely';
import type { Fact } from '../../collect/stream/contract.ts';
import type { Goal, Operation } from './contract.ts';

/** A new or changed operation, as its owner declares it. */
export interface OperationDeclaration {
  projectId: number;
  /** Unique in the project and never reused: `journey:12`. The hash that assigns arms contains it. */
  operation: string;
  kind: 'journey';
  name: string;
  goal: Goal;
  controlPercent: number;
}

/** What other slices may call; `assignArm`, `compareRates` and `checkSplit` are plain functions of the door. */
export interface OperationsApi {
  /** Registers an operation, or changes its name, goal or control share. Nothing may be done to people that is not declared. */
  declare(declaration: OperationDeclaration, tx: QueryExecutorProvider): Promise<void>;
  /** Marks an operation as over. */
  end(projectId: number, operation: string, tx: QueryExecutorProvider): Promise<void>;
  list(projectId: number): Promise<Operation[]>;
  /**
   * Keeps facts for the stream in the caller's transaction. They are recorded soon after it commits, each `messageId` once,
   * tried again until the stream has them.
   */
  recordLater(projectId: number, facts: readonly Fact[], tx: QueryExecutorProvider): Promise<void>;
  /** Call after the transaction of `recordLater` has committed, so that nobody waits for the next round. */
  flushSoon(): void;
  /** Records all kept facts now; gives how many. Throws what the stream throws. */
  flush(): Promise<number>;
}
