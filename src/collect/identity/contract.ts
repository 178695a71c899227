import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';

export { comparableId } from './comparable-id.ts';

/** What an external id is: `user` is given by the product after sign-in, `anonymous` by a device before it; further kinds are free: `email`, `phone`, `openid`... */
export const identityKind = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z$_][\w$.:-]*$/);
export type IdentityKind = string;

/** One external id of a person. */
export const externalId = z.object({ kind: z.string(), value: z.string() });
export type ExternalId = z.infer<typeof externalId>;

/** One change of a trait. Changes of one event are done in their order; the names are those of `IncomingEvent.traitChanges`. */
export interface TraitChange {
  operation: 'set' | 'set_once' | 'increment' | 'append' | 'prepend' | 'union' | 'remove' | 'unset' | 'unset_all';
  name: string;
  value?: unknown;
}

/** A group that an event names, and what it says about the group. */
export interface GroupClaim {
  type: string;
  id: string;
  changes?: readonly TraitChange[];
}

/** A person as PostgreSQL holds it. `personId` is always the winner of all merges. */
export interface PersonRecord {
  personId: number;
  traits: Record<string, unknown>;
  externalIds: ExternalId[];
  /** Milliseconds since 1970 UTC. */
  createdAt: number;
  /** Present when the number that was asked for is merged away: the number of the winner (equal to `personId`). */
  mergedInto?: number;
}

/** What a project decides about one kind of external id. */
export const idRule = z.object({
  kind: identityKind,
  /** `one`: the id means one person. `several`: people may share it, so it names nobody and joins nobody. */
  holders: z.enum(['one', 'several']),
  /** How many ids of this kind a person may have; null: any number. */
  perPersonMax: z.number().int().min(1).max(10_000).nullable(),
  /** Of the ids on one event the highest rank says whose event it is. */
  rank: z.number().int().min(0).max(1_000),
  /** Whether meeting this id on an event may make two people one, when at most one of them is signed in. */
  joins: z.boolean(),
  /** Whose the id is when two people claim it who cannot be joined. */
  onConflict: z.enum(['keep', 'move', 'move_on_identify']),
});
export type IdRule = z.infer<typeof idRule>;

/** Refusals of this slice. */
export const refuseIdentity = defineErrors('identity', {
  person_unknown: { status: 404, message: 'No such person in this project' },
  same_person: { status: 400, message: 'Both numbers mean the same person' },
  nothing_to_split: { status: 400, message: 'None of these ids belongs to the person' },
  nothing_would_stay: { status: 400, message: 'A person must keep at least one id: undo a merge instead' },
  merge_unknown: { status: 404, message: 'No such merge, or it was undone' },
  too_many_events: { status: 409, message: 'Too many events would have to move' },
  group_unknown: { status: 404, message: 'No such group in this project' },
});
