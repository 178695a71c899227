import type { IdentityKind } from './contract.ts';
import { keyOf } from './id-cache.ts';

/** Whom one event names. */
export interface IdentityClaim {
  projectId: number;
  /** `identify` moves an anonymous id of another user's device here; `alias` joins two people; anything else links only what is free. */
  act: 'identify' | 'alias' | 'other';
  userId?: string | undefined;
  anonymousId?: string | undefined;
  previousId?: string | undefined;
  traits?: Record<string, unknown> | undefined;
  /** Time of the event (ms): when a person who appears by it was first seen. */
  at: number;
}

export interface NewIdentity {
  projectId: number;
  kind: IdentityKind;
  value: string;
  personId: number;
}

/** What the planner may ask about what is written already. */
export interface KnownIdentities {
  person(projectId: number, kind: IdentityKind, value: string): number | undefined;
  /** Whether the person has a user id. */
  isOwned(personId: number): boolean;
  /** A fresh person number. */
  take(): number;
}

/**
 * Decides, event by event, which person each one belongs to and what has to be written for it. Pure: it reads `known` and changes only itself.
 *
 * Rules. An unknown id makes a person. Two ids on one event mean one person: a new id joins the known one's person; an anonymous person without
 * a user id is merged into the user's. Two people with user ids are never joined through an anonymous id: `identify` hands that id over from then on.
 * `alias` says that two ids are one person, so there user ids join as well.
 */
export class IdentityPlan {
  readonly #known: KnownIdentities;
  readonly #ids = new Map<string, number>();
  readonly #parents = new Map<number, number>();
  readonly #owned = new Set<number>();
  readonly #newborn = new Map<number, { projectId: number; createdAt: number }>();
  readonly #identities: NewIdentity[] = [];
  readonly #handovers = new Map<string, NewIdentity>();
  readonly #merges: { projectId: number; loser: number; winner: number }[] = [];
  readonly #people: number[] = [];
  readonly #traits: { projectId: number; personId: number; traits: Record<string, unknown> }[] = [];

  constructor(known: KnownIdentities) {
    this.#known = known;
  }

  add(claim: IdentityClaim): void {
    const person = this.#place(claim);
    this.#people.push(person);
    if (claim.traits) this.#traits.push({ projectId: claim.projectId, personId: person, traits: claim.traits });
    const newborn = this.#newborn.get(this.find(person));
    if (newborn && claim.at < newborn.createdAt) newborn.createdAt = claim.at;
  }

  /** The person who stands for `personId` after all merges of this plan. */
  find(personId: number): number {
    let person = personId;
    for (let next = this.#parents.get(person); next !== undefined; next = this.#parents.get(person)) person = next;
    return person;
  }

  /** People of the claims, in their order. */
  people(): number[] {
    return this.#people.map((person) => this.find(person));
  }

  newPeople(): { projectId: number; personId: number; createdAt: number }[] {
    return [...this.#newborn].map(([personId, born]) => ({ personId, ...born }));
  }

  newIdentities(): NewIdentity[] {
    return this.#identities.map((identity) => ({ ...identity, personId: this.#finally(identity) }));
  }

  /** Anonymous ids that were written before and now belong to somebody else. */
  handovers(): NewIdentity[] {
    return [...this.#handovers.values()].map((identity) => ({ ...identity, personId: this.find(identity.personId) }));
  }

  /** Merges of people who are written already, flattened. */
  merges(): { projectId: number; loser: number; winner: number }[] {
    return this.#merges.map((merge) => ({ ...merge, winner: this.find(merge.winner) }));
  }

  /** Trait changes in their order. */
  traits(): { projectId: number; personId: number; traits: Record<string, unknown> }[] {
    return this.#traits.map((change) => ({ ...change, personId: this.find(change.personId) }));
  }

  /** An id that is new in this plan may have been handed over within it. */
  #finally(identity: NewIdentity): number {
    return this.find(this.#ids.get(keyOf(identity.projectId, identity.kind, identity.value)) ?? identity.personId);
  }

  #place(claim: IdentityClaim): number {
    if (claim.act === 'alias' && claim.previousId !== undefined && claim.userId !== undefined && claim.previousId !== claim.userId)
      this.#alias(claim, claim.previousId, claim.userId);
    const user = claim.userId === undefined ? undefined : this.#lookUp(claim.projectId, 'user', claim.userId);
    const device = claim.anonymousId === undefined ? undefined : this.#lookUp(claim.projectId, 'anonymous', claim.anonymousId);
    if (claim.userId === undefined) return device ?? this.#create(claim, 'anonymous', claim.anonymousId ?? '');
    if (claim.anonymousId === undefined) return user ?? this.#create(claim, 'user', claim.userId);
    if (user === undefined && device !== undefined && !this.#isOwned(device)) return this.#attach(claim.projectId, 'user', claim.userId, device);
    const person = user ?? this.#create(claim, 'user', claim.userId);
    if (device === undefined) return this.#attach(claim.projectId, 'anonymous', claim.anonymousId, person);
    if (device === person) return person;
    if (!this.#isOwned(device)) this.#merge(claim.projectId, device, person);
    else if (claim.act === 'identify') this.#handOver(claim.projectId, claim.anonymousId, person);
    return person;
  }

  #alias(claim: IdentityClaim, previousId: string, userId: string): void {
    const { projectId } = claim;
    const user = this.#lookUp(projectId, 'user', userId);
    const previous = this.#lookUp(projectId, 'user', previousId) ?? this.#lookUp(projectId, 'anonymous', previousId);
    if (previous === undefined) this.#attach(projectId, 'user', previousId, user ?? this.#create(claim, 'user', userId));
    else if (user === undefined) this.#attach(projectId, 'user', userId, previous);
    else if (user !== previous) this.#merge(projectId, previous, user);
  }

  #lookUp(projectId: number, kind: IdentityKind, value: string): number | undefined {
    const person = this.#ids.get(keyOf(projectId, kind, value)) ?? this.#known.person(projectId, kind, value);
    return person === undefined ? undefined : this.find(person);
  }

  #isOwned(person: number): boolean {
    return this.#owned.has(person) || (!this.#newborn.has(person) && this.#known.isOwned(person));
  }

  #create(claim: IdentityClaim, kind: IdentityKind, value: string): number {
    const person = this.#known.take();
    this.#newborn.set(person, { projectId: claim.projectId, createdAt: claim.at });
    return this.#attach(claim.projectId, kind, value, person);
  }

  #attach(projectId: number, kind: IdentityKind, value: string, person: number): number {
    this.#ids.set(keyOf(projectId, kind, value), person);
    this.#identities.push({ projectId, kind, value, personId: person });
    if (kind === 'user') this.#owned.add(person);
    return person;
  }

  #handOver(projectId: number, anonymousId: string, person: number): void {
    const key = keyOf(projectId, 'anonymous', anonymousId);
    const isNew = this.#ids.has(key) && !this.#handovers.has(key);
    this.#ids.set(key, person);
    if (!isNew) this.#handovers.set(key, { projectId, kind: 'anonymous', value: anonymousId, personId: person });
  }

  #merge(projectId: number, loser: number, winner: number): void {
    this.#parents.set(loser, winner);
    if (this.#isOwned(loser)) this.#owned.add(winner);
    const unborn = this.#newborn.get(loser);
    if (!unborn) {
      // A person of this very plan cannot win over one who is written: the written number stays.
      if (this.#newborn.has(winner)) this.#swap(loser, winner);
      else this.#merges.push({ projectId, loser, winner });
      return;
    }
    this.#newborn.delete(loser);
    const born = this.#newborn.get(winner);
    if (born && unborn.createdAt < born.createdAt) born.createdAt = unborn.createdAt;
  }

  #swap(written: number, newborn: number): void {
    this.#parents.delete(written);
    this.#parents.set(newborn, written);
    this.#newborn.delete(newborn);
    if (this.#owned.has(newborn) || this.#known.isOwned(written)) this.#owned.add(written);
  }
}
