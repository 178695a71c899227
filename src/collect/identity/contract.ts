import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';

/** What an external id is: given by the product after sign-in, or by a device before it. */
export const identityKind = z.enum(['user', 'anonymous']);
export type IdentityKind = z.infer<typeof identityKind>;

/** One external id of a person. */
export const externalId = z.object({ kind: identityKind, value: z.string() });
export type ExternalId = z.infer<typeof externalId>;

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

/** Refusals of this slice. */
export const refuseIdentity = defineErrors('identity', {
  person_unknown: { status: 404, message: 'No such person in this project' },
});
