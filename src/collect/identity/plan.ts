import type { ExternalId, GroupClaim, IdentityKind, TraitChange } from './contract.ts';
import { keyOf } from './id-cache.ts';
import { IdMap } from './id-map.ts';
import type { ProjectRules } from './rules.ts';

/** Whom one event names, and what it says about them. */
export interface IdentityClaim {
  projectId: number;
  /** `identify` moves an anonymous id of another user's device here; `alias` joins two people; anything else links only what is free. */
  act: 'identify' | 'alias' | 'other';
  userId?: string | undefined;
  anonymousId?: string | undefined;
  previousId?: string | undefined;
  /** Further ids of the same person. */
  ids?: readonly ExternalId[] | undefined;
  /** Ids that are taken away from the person. */
  unlink?: readonly ExternalId[] | undefined;
  traits?: Record<string, unknown> | undefined;
  /** Done after `traits`. */
  changes?: readonly TraitChange[] | undefined;
  groups?: readonly GroupClaim[] | undefined;
  /** Time of the event (ms): when a person who appears by it was first seen. */
  at: number;
  /** The message by which it came: kept as the reason of links. */
  messageId?: string | undefined;
}

export interface NewIdentity {
  projectId: number;
  kind: IdentityKind;
  value: string;
  personId: number;
  /** Since when (ms). */
  at: number;
  messageId?: string | undefined;
}

export interface PlannedMerge {
  projectId: number;
  loser: number;
  /** Who stands for both after the plan. */
  winner: number;
  /** With whom they were joined; perhaps merged further within the plan. */
  directWinner: number;
  at: number;
  messageId: string | undefined;
  /** Who joined them by hand. */
  memberId?: string | undefined;
}

/** Two people claim an id and a rule keeps them apart. */
export interface PlannedConflict {
  projectId: number;
  kind: IdentityKind;
  value: string;
  heldBy: number;
  wantedBy: number;
  reason: 'two_signed_in' | 'never_joins' | 'too_many';
  outcome: 'kept' | 'moved';
  at: number;
  messageId: string | undefined;
}

export interface PlannedTraits {
  projectId: number;
  personId: number;
  traits: Record<string, unknown> | undefined;
  changes: readonly TraitChange[] | undefined;
  at: number;
}

/** What the planner may ask about what is written already. */
export interface KnownIdentities {
  person(projectId: number, kind: IdentityKind, value: string): number | undefined;
  /** Whether the person has a user id. */
  isOwned(personId: number): boolean;
  /** How many ids of a limited kind the person has. */
  count(personId: number, kind: IdentityKind): number;
  rules(projectId: number): ProjectRules;
  /** A fresh person number. */
  take(): number;
}

/** Stands in `#ids` for an id that this plan took away from everybody. */
const NOBODY = 0;

/**
 * Decides, event by event, which person each one belongs to and what has to be written for it. Pure: it reads `known` and changes only itself.
 *
 * Rules. An unknown id makes a person. Ids on one event mean one person: the known id of the highest rank says whom, and new ids join that person. A new
 * user id joins a person without one, else it makes a person. Two people whose ids meet become one when at most one of them has a user id and the
 * id's rule lets it join; the one with the user id wins, else the higher rank. Two people with user ids are never joined through other ids: the rule says
 * whose the id is from then on, and the conflict is kept. Only `alias` says that two ids are one person, so there user ids join as well.
 */
export class IdentityPlan {
  readonly #known: KnownIdentities;
  readonly #ids = new IdMap<number>();
  readonly #parents = new Map<number, number>();
  readonly #owned = new Set<number>();
  readonly #newborn = new Map<number, { projectId: number; createdAt: number }>();
  readonly #identities = new IdMap<NewIdentity>();
  readonly #links: NewIdentity[] = [];
  readonly #shared = new Map<string, NewIdentity>();
  readonly #handovers = new Map<string, NewIdentity & { from: number }>();
  readonly #unlinks = new Map<string, NewIdentity>();
  readonly #merges: Omit<PlannedMerge, 'winner'>[] = [];
  readonly #conflicts = new Map<string, PlannedConflict>();
  readonly #people: number[] = [];
  readonly #traits: PlannedTraits[] = [];
  readonly #groups: { projectId: number; personId: number; group: GroupClaim; at: number }[] = [];

  constructor(known: KnownIdentities) {
    this.#known = known;
  }

  add(claim: IdentityClaim): void {
    const person = this.#place(claim);
    this.#people.push(person);
    if (claim.unlink) for (const id of claim.unlink) this.#unlink(claim, id, person);
    if (claim.traits || claim.changes)
      this.#traits.push({ projectId: claim.projectId, personId: person, traits: claim.traits, changes: claim.changes, at: claim.at });
    if (claim.groups) for (const group of claim.groups) this.#groups.push({ projectId: claim.projectId, personId: person, group, at: claim.at });
    const newborn = this.#newborn.get(this.find(person));
    if (newborn && claim.at < newborn.createdAt) newborn.createdAt = claim.at;
  }

  /** Traits of somebody whose number is known already. */
  setTraits(projectId: number, personId: number, traits: Record<string, unknown>, at: number): void {
    this.#traits.push({ projectId, personId, traits, changes: undefined, at });
  }

  /** A member says that two people, who are written, are one. */
  joinPeople(merge: { projectId: number; loser: number; winner: number; at: number; memberId?: string | undefined }): void {
    const { projectId, loser, winner, at, memberId } = merge;
    this.#parents.set(loser, winner);
    this.#merges.push({ projectId, loser, directWinner: winner, at, messageId: undefined, memberId });
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

  /** Whether the person is known to have a user id after the plan. */
  hasUser(person: number): boolean {
    return this.#isOwned(person);
  }

  newPeople(): { projectId: number; personId: number; createdAt: number }[] {
    return [...this.#newborn].map(([personId, born]) => ({ personId, ...born }));
  }

  /** Ids that nobody had. */
  newIdentities(): NewIdentity[] {
    const found: NewIdentity[] = [];
    for (const identity of this.#identities.values()) {
      const person = this.#ids.get(identity.projectId, identity.kind, identity.value);
      if (person !== NOBODY) found.push({ ...identity, personId: this.find(person ?? identity.personId) });
    }
    return found;
  }

  /** Those of the new ids that came to a person who was written already: worth a line in the history. */
  links(): NewIdentity[] {
    return this.#links.map((link) => ({ ...link, personId: this.find(link.personId) })).filter((link) => !this.#newborn.has(link.personId));
  }

  /** Ids that name nobody, with the people who have them. */
  sharedIds(): NewIdentity[] {
    return [...this.#shared.values()].map((id) => ({ ...id, personId: this.find(id.personId) }));
  }

  /** Ids that were written before and now belong to somebody else. */
  handovers(): (NewIdentity & { from: number })[] {
    return [...this.#handovers.values()].map((identity) => ({ ...identity, personId: this.find(identity.personId) }));
  }

  /** Ids that were written before and are free again, with the person who had them. */
  unlinks(): NewIdentity[] {
    return [...this.#unlinks.values()].map((id) => ({ ...id, personId: this.find(id.personId) }));
  }

  /** Merges of people who are written already, flattened. */
  merges(): PlannedMerge[] {
    return this.#merges.map((merge) => ({ ...merge, winner: this.find(merge.directWinner) }));
  }

  conflicts(): PlannedConflict[] {
    return [...this.#conflicts.values()].map((each) => ({ ...each, heldBy: this.find(each.heldBy), wantedBy: this.find(each.wantedBy) }));
  }

  /** Trait changes in their order. */
  traits(): PlannedTraits[] {
    return this.#traits.map((change) => ({ ...change, personId: this.find(change.personId) }));
  }

  groups(): { projectId: number; personId: number; group: GroupClaim; at: number }[] {
    return this.#groups.map((each) => ({ ...each, personId: this.find(each.personId) }));
  }

  #place(claim: IdentityClaim): number {
    const rules = this.#known.rules(claim.projectId);
    if (claim.act === 'alias' && claim.previousId !== undefined && claim.userId !== undefined && claim.previousId !== claim.userId)
      this.#alias(claim, claim.previousId, claim.userId);
    if (claim.ids || !rules.isPlain) return this.#placeByRules(claim, rules);
    const user = claim.userId === undefined ? undefined : this.#lookUp(claim.projectId, 'user', claim.userId);
    const device = claim.anonymousId === undefined ? undefined : this.#lookUp(claim.projectId, 'anonymous', claim.anonymousId);
    if (claim.userId === undefined) return device ?? this.#create(claim, { kind: 'anonymous', value: claim.anonymousId ?? '' });
    const userId = { kind: 'user', value: claim.userId };
    if (claim.anonymousId === undefined) return user ?? this.#create(claim, userId);
    if (user === undefined && device !== undefined && !this.#isOwned(device)) return this.#attach(claim, userId, device);
    const person = user ?? this.#create(claim, userId);
    const deviceId = { kind: 'anonymous', value: claim.anonymousId };
    if (device === undefined) return this.#attach(claim, deviceId, person);
    if (device === person) return person;
    if (!this.#isOwned(device)) this.#merge(claim, device, person);
    else if (claim.act === 'identify') this.#handOver(claim, deviceId, { from: device, to: person });
    return person;
  }

  /** The long way, for further ids and projects with rules of their own. With the default rules it decides as the short one does. */
  #placeByRules(claim: IdentityClaim, rules: ProjectRules): number {
    const { named, shared } = rankedIds(claim, rules);
    const holders = named.map((id) => this.#lookUp(claim.projectId, id.kind, id.value));
    const lead = holders.findIndex((holder) => holder !== undefined);
    const known = holders[lead];
    // A new user id on somebody else's device or address is somebody else.
    const stranger = known === undefined ? named[0] : named.slice(0, lead).find((id) => !this.#hasRoom(id, known, rules));
    let person = known === undefined || stranger ? this.#create(claim, stranger ?? { kind: 'anonymous', value: '' }) : known;
    for (const id of named) {
      const holder = this.#lookUp(claim.projectId, id.kind, id.value);
      if (holder === person) continue;
      if (holder === undefined) this.#attachWithin(claim, id, { person, rules });
      else person = this.#meet(claim, id, { holder, person, rules });
    }
    for (const id of shared) this.#shared.set(`${keyOf(claim.projectId, id.kind, id.value)}\n${person}`, this.#identity(claim, id, person));
    return person;
  }

  #hasRoom(id: ExternalId, person: number, rules: ProjectRules): boolean {
    if (id.kind === 'user' && this.#isOwned(person)) return false;
    const max = rules.limited.get(id.kind);
    return max === undefined || this.#count(person, id.kind) < max;
  }

  #attachWithin(claim: IdentityClaim, id: ExternalId, { person, rules }: { person: number; rules: ProjectRules }): void {
    const max = rules.limited.get(id.kind);
    if (max !== undefined && this.#count(person, id.kind) >= max)
      this.#conflict(claim, id, { heldBy: person, wantedBy: person, reason: 'too_many', outcome: 'kept' });
    else this.#attach(claim, id, person);
  }

  /** An id of `holder` on an event of `person`; gives whose event it is then. */
  #meet(claim: IdentityClaim, id: ExternalId, { holder, person, rules }: { holder: number; person: number; rules: ProjectRules }): number {
    const rule = rules.of(id.kind);
    const areBothOwned = this.#isOwned(holder) && this.#isOwned(person);
    const isTooMany = [...rules.limited].some(([kind, max]) => this.#count(holder, kind) + this.#count(person, kind) > max);
    if (rule.joins && !areBothOwned && !isTooMany) {
      const winner = this.#isOwned(holder) ? holder : person;
      this.#merge(claim, winner === holder ? person : holder, winner);
      return this.find(winner);
    }
    const moves = rule.onConflict === 'move' || (rule.onConflict === 'move_on_identify' && claim.act === 'identify');
    const reason = areBothOwned ? 'two_signed_in' : isTooMany ? 'too_many' : 'never_joins';
    // A device that stays with its user while somebody else is signed in on it is everyday; it is told when it changes hands.
    if (moves || rule.onConflict !== 'move_on_identify')
      this.#conflict(claim, id, { heldBy: holder, wantedBy: person, reason, outcome: moves ? 'moved' : 'kept' });
    if (moves) this.#handOver(claim, id, { from: holder, to: person });
    return person;
  }

  #alias(claim: IdentityClaim, previousId: string, userId: string): void {
    const { projectId } = claim;
    const user = this.#lookUp(projectId, 'user', userId);
    const previous = this.#lookUp(projectId, 'user', previousId) ?? this.#lookUp(projectId, 'anonymous', previousId);
    const max = this.#known.rules(projectId).limited.get('user');
    if (
      max !== undefined &&
      user !== previous &&
      this.#count(user ?? 0, 'user') + this.#count(previous ?? 0, 'user') + (user === undefined ? 1 : 0) > max
    ) {
      const wantedBy = user ?? this.#create(claim, { kind: 'user', value: userId });
      this.#conflict(claim, { kind: 'user', value: previousId }, { heldBy: previous ?? wantedBy, wantedBy, reason: 'too_many', outcome: 'kept' });
      return;
    }
    if (previous === undefined)
      this.#attach(claim, { kind: 'user', value: previousId }, user ?? this.#create(claim, { kind: 'user', value: userId }));
    else if (user === undefined) this.#attach(claim, { kind: 'user', value: userId }, previous);
    else if (user !== previous) this.#merge(claim, previous, user);
  }

  #unlink(claim: IdentityClaim, id: ExternalId, person: number): void {
    const { projectId } = claim;
    if (this.#lookUp(projectId, id.kind, id.value) !== this.find(person)) return;
    const key = keyOf(projectId, id.kind, id.value);
    const isNew = this.#identities.delete(projectId, id.kind, id.value);
    this.#handovers.delete(key);
    this.#ids.set(projectId, id.kind, id.value, NOBODY);
    if (!isNew || this.#known.person(projectId, id.kind, id.value) !== undefined) this.#unlinks.set(key, this.#identity(claim, id, person));
  }

  #lookUp(projectId: number, kind: IdentityKind, value: string): number | undefined {
    const person = this.#ids.get(projectId, kind, value) ?? this.#known.person(projectId, kind, value);
    return person === undefined || person === NOBODY ? undefined : this.find(person);
  }

  #isOwned(person: number): boolean {
    return this.#owned.has(person) || (!this.#newborn.has(person) && this.#known.isOwned(person));
  }

  /** Ids of a limited kind that the person has, those of this plan included. */
  #count(person: number, kind: IdentityKind): number {
    let count = 0;
    for (const [child] of this.#parents) if (this.find(child) === person) count += this.#known.count(child, kind);
    for (const identity of this.#identities.values()) if (identity.kind === kind && this.find(identity.personId) === person) count += 1;
    return count + this.#known.count(person, kind);
  }

  #identity({ projectId, at, messageId }: IdentityClaim, { kind, value }: ExternalId, personId: number): NewIdentity {
    return { projectId, kind, value, personId, at, messageId };
  }

  #create(claim: IdentityClaim, id: ExternalId): number {
    const person = this.#known.take();
    this.#newborn.set(person, { projectId: claim.projectId, createdAt: claim.at });
    return this.#attach(claim, id, person);
  }

  #attach(claim: IdentityClaim, id: ExternalId, person: number): number {
    const identity = this.#identity(claim, id, person);
    this.#ids.set(claim.projectId, id.kind, id.value, person);
    this.#identities.set(claim.projectId, id.kind, id.value, identity);
    if (!this.#newborn.has(person)) this.#links.push(identity);
    if (id.kind === 'user') this.#owned.add(person);
    return person;
  }

  #handOver(claim: IdentityClaim, id: ExternalId, { from, to }: { from: number; to: number }): void {
    const key = keyOf(claim.projectId, id.kind, id.value);
    this.#ids.set(claim.projectId, id.kind, id.value, to);
    const isNew = this.#identities.get(claim.projectId, id.kind, id.value);
    if (isNew) isNew.personId = to;
    else this.#handovers.set(key, { ...this.#identity(claim, id, to), from: this.#handovers.get(key)?.from ?? from });
  }

  #conflict(claim: IdentityClaim, { kind, value }: ExternalId, given: Pick<PlannedConflict, 'heldBy' | 'wantedBy' | 'reason' | 'outcome'>): void {
    const { projectId, at, messageId } = claim;
    this.#conflicts.set(`${keyOf(projectId, kind, value)}\n${given.heldBy}\n${given.wantedBy}`, { projectId, kind, value, ...given, at, messageId });
  }

  #merge({ projectId, at, messageId }: IdentityClaim, loser: number, winner: number): void {
    this.#parents.set(loser, winner);
    if (this.#isOwned(loser)) this.#owned.add(winner);
    const unborn = this.#newborn.get(loser);
    if (!unborn) {
      // A person of this very plan cannot win over one who is written: the written number stays.
      if (this.#newborn.has(winner)) this.#swap(loser, winner);
      else this.#merges.push({ projectId, loser, directWinner: winner, at, messageId });
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

/** All ids of a claim, the highest rank first; those that several may share apart. */
function rankedIds(claim: IdentityClaim, rules: ProjectRules): { named: ExternalId[]; shared: ExternalId[] } {
  const all: ExternalId[] = [];
  if (claim.userId !== undefined) all.push({ kind: 'user', value: claim.userId });
  if (claim.anonymousId !== undefined) all.push({ kind: 'anonymous', value: claim.anonymousId });
  if (claim.ids) all.push(...claim.ids);
  // Sorting is stable: of equal ranks the user id and the anonymous id come first.
  all.sort((a, b) => rules.of(b.kind).rank - rules.of(a.kind).rank);
  const named = all.filter((id) => rules.of(id.kind).holders === 'one');
  // Somebody has to be meant: when every id may be shared, the strongest one decides all the same.
  if (named.length === 0) return { named: all.slice(0, 1), shared: all.slice(1) };
  return { named, shared: all.filter((id) => rules.of(id.kind).holders === 'several') };
}
