import { Remembered } from '../../kernel/remembered.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { Auth, OpenSession } from './auth.ts';
import { type Standing, standingOfMember } from './queries/standing-of-member.ts';
import type { AccessTables } from './tables.ts';

/** Longest time that a change made in another process stays unseen when its notice is lost. */
const ttlMs = 10_000;
const limits = { foundMax: 10_000, foundTtlMs: ttlMs, absentMax: 10_000, absentTtlMs: ttlMs };

/** Sessions and members as the guard needs them on every request: from memory, forgotten when they change. */
export class Standings {
  readonly #bus: Kernel['bus'];
  readonly #sessions: Remembered<string, OpenSession>;
  readonly #members: Remembered<string, Standing>;

  constructor(kernel: Kernel, auth: () => Promise<Auth>) {
    this.#bus = kernel.bus;
    const db = kernel.postgres.as<AccessTables>();
    this.#sessions = new Remembered(async (cookieHeader) => (await auth()).openSession(new Headers({ cookie: cookieHeader })), kernel.clock, limits);
    this.#members = new Remembered((memberId) => standingOfMember(db, memberId), kernel.clock, limits);
    kernel.bus.subscribe('members', (notice) => this.#forget((notice as { memberId: string }).memberId));
  }

  /** The session that the cookies carry. `cookieHeader` holds the session cookie alone. */
  session(cookieHeader: string): Promise<OpenSession | undefined> {
    return this.#sessions.get(cookieHeader);
  }

  member(memberId: string): Promise<Standing | undefined> {
    return this.#members.get(memberId);
  }

  /** After a member's roles, account or sessions changed: forgets them here at once, elsewhere by the bus. */
  changed(memberId: string): void {
    this.#forget(memberId);
    this.#bus.publish('members', { memberId });
  }

  #forget(memberId: string): void {
    this.#sessions.forget((_, session) => session.memberId === memberId);
    this.#members.forget((id) => id === memberId);
  }
}
