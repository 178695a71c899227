import type { QueryExecutorProvider } from 'kysely';
import type { Arm } from '../../try/operations/contract.ts';
import type { RenderedEmail } from '../templates/contract.ts';
import type { Category, Channel, Delivery, DeliveryReason, DeliveryState } from './contract.ts';

/** One message that somebody wants to reach one person. */
export interface DeliveryRequest {
  projectId: number;
  personId: number;
  channel: Channel;
  /** The operation that sends, e.g. `journey:12`. */
  operation: string;
  /** The version of the operation, for counting; part of no decision. */
  variant: string;
  /** The step of the operation. */
  node: string;
  /** One message per key for ever, e.g. `journey:<run>:<node>:<visit>`. */
  idempotencyKey: string;
  category: Category;
  /** Groups what is cancelled together, e.g. the run. */
  cancelKey: string;
  arm: Arm;
  /** Renders the content; called only when nothing else stands against the message. A throw gives `render_failed`. */
  content: () => RenderedEmail;
  /** The person's traits, as loaded for this batch; null: no such person. */
  traits: Record<string, unknown> | null;
  /** IANA zone of the project, for people who have none of their own. Loaded by the caller: the gate works inside a transaction. */
  projectTimeZone: string;
}

/** What the gate decided. `queued` may be held until `sendAt` for `reason`. */
export interface DeliveryDecision {
  deliveryId: string;
  outcome: 'queued' | 'skipped';
  reason: DeliveryReason | null;
  sendAt: number | null;
  /** The key was decided before; this is that decision. */
  isRepeat: boolean;
}

export interface DeliveryCount {
  node: string;
  state: DeliveryState;
  reason: DeliveryReason | null;
  count: number;
}

export interface DeliveryFilter {
  operation: string;
  node?: string | undefined;
  state?: DeliveryState | undefined;
  reason?: DeliveryReason | undefined;
  personId?: number | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface GateApi {
  /** Decides on one message and queues or refuses it in `tx`. Same key, same answer. */
  deliver(request: DeliveryRequest, tx: QueryExecutorProvider): Promise<DeliveryDecision>;
  /** Decides on many of one project with few queries; answers in the same order. Two requests for one person see each other's caps. */
  deliverMany(requests: readonly DeliveryRequest[], tx: QueryExecutorProvider): Promise<DeliveryDecision[]>;
  /** Skips what is still queued under these keys, with reason `cancelled`. Gives how many. */
  cancel(projectId: number, cancelKeys: readonly string[], tx: QueryExecutorProvider): Promise<number>;
  /** Two numbers turned out to be one person: refusals and what counts for caps go over to the winner. */
  join(projectId: number, merge: { loser: number; winner: number }, tx: QueryExecutorProvider): Promise<void>;
  /** What the gate would decide now, in order, without writing anything. */
  foresee(
    request: Omit<DeliveryRequest, 'content' | 'idempotencyKey' | 'cancelKey'>,
  ): Promise<{ outcome: 'queued' | 'skipped'; reason: DeliveryReason | null; sendAt: number | null }>;
  /** How many messages of an operation stand where, by step. */
  counts(projectId: number, operation: string, variant?: string): Promise<DeliveryCount[]>;
  /** Messages of an operation, newest first. */
  find(projectId: number, filter: DeliveryFilter): Promise<{ items: Delivery[]; nextCursor?: string }>;
  /** Call after the transaction has committed, so that the sender need not wait for its next round. */
  sendSoon(): void;
  /** Sends everything that is due now; gives how many messages were taken in hand. The sender does this by itself. */
  sendDue(): Promise<number>;
}
