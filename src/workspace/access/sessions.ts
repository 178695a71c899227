import type { Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../audit/index.ts';
import type { ProjectsApi } from '../projects/index.ts';
import type { Auth } from './auth.ts';
import { type Account, changePassword, refuse, type Session, signIn, signOut, updateAccount } from './contract.ts';
import { countAttempt, forgive, limitsOfPasswordChange, limitsOfSignIn } from './failures.ts';
import type { AccessGuard } from './guard.ts';
import type { Standing } from './queries/standing-of-member.ts';
import type { Standings } from './standings.ts';
import type { AccessTables } from './tables.ts';

/** What the verbs below stand on. */
export interface AccessParts {
  kernel: Kernel;
  auth: () => Promise<Auth>;
  standings: Standings;
  guard: AccessGuard;
  projects: ProjectsApi;
  audit: AuditApi;
}

/** Where a request comes from. */
export interface Origin {
  ip: string;
  requestId: string;
  /** The browser's `Cookie` header. */
  cookie: string | undefined;
  userAgent: string | undefined;
}

/** Sessions and the member's own account. Methods that set cookies give them as `Set-Cookie` values. */
export class Sessions {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /**
   * Opens a new session; the one that the browser held before ends (no fixation).
   * Throws `access.wrong_credentials`, `access.too_many_failures`, `access.one_time_password_expired`.
   */
  async signIn(credentials: { email: string; password: string }, origin: Origin): Promise<{ session: Session; cookies: string[] }> {
    const { kernel, auth, standings, audit } = this.#parts;
    const limits = limitsOfSignIn(credentials.email, origin.ip);
    await countAttempt(this.#db(), kernel.clock, limits);
    const opened = await (await auth()).signIn(credentials.email, credentials.password, headersOf(origin));
    if (!opened) throw refuse('wrong_credentials');
    await forgive(this.#db(), limits);
    standings.changed(opened.memberId);
    const standing = await this.#standing(opened.memberId);
    if (standing.oneTimePasswordExpiresAt && standing.oneTimePasswordExpiresAt.getTime() <= kernel.clock.now()) {
      await this.#endSessionsOf(opened.memberId);
      throw refuse('one_time_password_expired');
    }
    await this.#endSessionOf(origin);
    await this.#db()
      .updateTable('members')
      .set({ last_signed_in_at: new Date(kernel.clock.now()) })
      .where('id', '=', opened.memberId)
      .execute();
    await audit.write({ ...this.#entry(standing.account, origin), action: signIn.id });
    return { session: await this.session(opened.memberId), cookies: opened.cookies };
  }

  /** Ends the session of the request, if it has one. */
  async signOut(origin: Origin): Promise<{ cookies: string[] }> {
    const memberId = await this.#endSessionOf(origin);
    if (memberId !== undefined) {
      const standing = await this.#standing(memberId);
      await this.#parts.audit.write({ ...this.#entry(standing.account, origin), action: signOut.id });
    }
    return { cookies: await (await this.#parts.auth()).clearingCookies(headersOf(origin)) };
  }

  /** Who the member is, and what they may do where. */
  async session(memberId: string): Promise<Session> {
    const { guard, projects } = this.#parts;
    const { account, roles, isInstallationOwner } = await this.#standing(memberId);
    const found: Session['projects'] = [];
    for (const [projectId, role] of roles) {
      const project = await projects.project(projectId);
      if (project) found.push({ ...project, role, permissions: guard.permissionsOf(role) });
    }
    found.sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
    const canCreateProjects = guard.mayAnywhere({ roles, isInstallationOwner }, 'projects.create') && !account.mustChangePassword;
    return { member: account, projects: found, canCreateProjects };
  }

  /** Lengthens the session once a day; then gives its new cookie. */
  async renewal(origin: Origin): Promise<string[]> {
    return (await this.#parts.auth()).renewSession(headersOf(origin));
  }

  async updateAccount(
    memberId: string,
    changes: { name?: string | undefined; locale?: Account['locale'] | undefined },
    origin: Origin,
  ): Promise<Account> {
    const { kernel, standings, audit } = this.#parts;
    const { account } = await this.#standing(memberId);
    await kernel.postgres.transaction<AccessTables, void>(async (tx) => {
      await tx
        .updateTable('members')
        .set({
          updated_at: new Date(kernel.clock.now()),
          ...(changes.name !== undefined && { name: changes.name }),
          ...(changes.locale !== undefined && { locale: changes.locale }),
        })
        .where('id', '=', memberId)
        .execute();
      await audit.write({ ...this.#entry(account, origin), action: updateAccount.id, details: changes }, tx);
    });
    standings.changed(memberId);
    return (await this.#standing(memberId)).account;
  }

  /** Ends every session and opens a new one. Throws `access.wrong_current_password`, `access.same_password`, `access.too_many_failures`. */
  async changePassword(memberId: string, change: { currentPassword: string; newPassword: string }, origin: Origin): Promise<{ cookies: string[] }> {
    const { kernel, auth, standings, audit } = this.#parts;
    if (change.newPassword === change.currentPassword) throw refuse('same_password');
    const limits = limitsOfPasswordChange(memberId);
    await countAttempt(this.#db(), kernel.clock, limits);
    const cookies = await (await auth()).changePassword(change, headersOf(origin));
    if (!cookies) throw refuse('wrong_current_password');
    await forgive(this.#db(), limits);
    await this.#db()
      .updateTable('members')
      .set({ must_change_password: false, one_time_password_expires_at: null, updated_at: new Date(kernel.clock.now()) })
      .where('id', '=', memberId)
      .execute();
    standings.changed(memberId);
    const { account } = await this.#standing(memberId);
    await audit.write({ ...this.#entry(account, origin), action: changePassword.id });
    return { cookies };
  }

  #db() {
    return this.#parts.kernel.postgres.as<AccessTables>();
  }

  async #standing(memberId: string): Promise<Standing> {
    const standing = await this.#parts.standings.member(memberId);
    if (!standing) throw refuse('not_signed_in');
    return standing;
  }

  #entry(account: Account, origin: Origin) {
    const principal = { kind: 'member', memberId: account.id, email: account.email } as const;
    return { principal, subject: `member:${account.id}`, ip: origin.ip, requestId: origin.requestId };
  }

  /** Ends the session that the request's cookie carries; tells whose it was. */
  async #endSessionOf(origin: Origin): Promise<string | undefined> {
    const open = await (await this.#parts.auth()).openSession(headersOf(origin));
    if (!open) return undefined;
    await this.#db().deleteFrom('member_sessions').where('id', '=', open.sessionId).execute();
    this.#parts.standings.changed(open.memberId);
    return open.memberId;
  }

  async #endSessionsOf(memberId: string): Promise<void> {
    await this.#db().deleteFrom('member_sessions').where('member_id', '=', memberId).execute();
    this.#parts.standings.changed(memberId);
  }
}

function headersOf(origin: Origin): Headers {
  const headers = new Headers({ 'x-forwarded-for': origin.ip });
  if (origin.cookie !== undefined) headers.set('cookie', origin.cookie);
  if (origin.userAgent !== undefined) headers.set('user-agent', origin.userAgent);
  return headers;
}
