import type { Transaction } from 'kysely';
import type { ApiKey, KeyKind, Project } from './contract.ts';
import type { NewProject } from './project.ts';

/** A live key. */
export interface KeyOfToken {
  keyId: string;
  projectId: number;
  kind: KeyKind;
}

/** What this slice needs to know of members. Filled by `workspace/access`, which stands above. */
export interface Membership {
  /** Makes the member the owner of a new project, inside the transaction that creates it. */
  grantOwner<Tables>(tx: Transaction<Tables>, projectId: number, memberId: string): Promise<void>;
  /** Told when that transaction has ended well. */
  changed(memberId: string): void;
  /** Projects that the member belongs to. */
  projectIdsOf(memberId: string): Promise<number[]>;
}

/** What other slices may ask of projects. */
export interface ProjectsApi {
  /** From memory after the first call; a change is seen at once in this process and within a minute at the latest in others. */
  project(id: number): Promise<Project | undefined>;
  /** Every project of the installation, by name. Not narrowed to a member: for background work. */
  list(): Promise<Project[]>;
  /** With one write key and one secret key, in one transaction. Throws `projects.unknown_time_zone`, `projects.unknown_currency`. */
  create(input: NewProject & { ownerMemberId?: string }): Promise<{ project: Project; writeKey: string; secretKey: string }>;
  /**
   * The live key with this token, or undefined. From memory after the first call, so that it may stand in the hot path; a revocation is seen at
   * once in this process, with the bus's speed in others, and within a minute at the latest.
   */
  keyByToken(token: string): Promise<KeyOfToken | undefined>;
  /** Live and revoked keys, newest first. */
  keysOf(projectId: number): Promise<ApiKey[]>;
  /** Registers what knows members; once, at start. */
  registerMembership(membership: Membership): void;
}
