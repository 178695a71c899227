import type { Principal } from '../../kernel/http/handle.ts';
import type { Guard, GuardedRequest } from '../../kernel/http/server.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { refuse as refuseProject } from '../projects/contract.ts';
import type { ProjectsApi } from '../projects/index.ts';
import { sessionCookieName } from './auth.ts';
import { type MemberRole, refuse } from './contract.ts';
import type { Standing } from './queries/standing-of-member.ts';
import { mayChange } from './same-origin.ts';
import type { Standings } from './standings.ts';

/** A secret key may do what this role may, but for what hands out access. */
const roleOfSecretKey: MemberRole = 'admin';
const notForKeys = /^(members|keys)\./;

/** Decides on every request who is calling and whether they may. */
export class AccessGuard implements Guard {
  readonly #kernel: Kernel;
  readonly #standings: Standings;
  readonly #projects: ProjectsApi;
  readonly #cookieName: string;
  /** Roles by permission. */
  #permissions = new Map<string, readonly string[]>();

  constructor(kernel: Kernel, standings: Standings, projects: ProjectsApi) {
    this.#kernel = kernel;
    this.#standings = standings;
    this.#projects = projects;
    this.#cookieName = sessionCookieName(kernel.publicUrl);
  }

  setPermissions(permissions: Record<string, readonly string[]>): void {
    this.#permissions = new Map(Object.entries(permissions));
  }

  /** Permissions of a role, sorted. */
  permissionsOf(role: string): string[] {
    return [...this.#permissions.keys()].filter((permission) => this.#grants(permission, role)).sort();
  }

  /** For what belongs to no project, such as creating one: a role in any project counts, and the installation's owner is one without any. */
  mayAnywhere({ roles, isInstallationOwner }: Pick<Standing, 'roles' | 'isInstallationOwner'>, permission: string): boolean {
    return [...roles.values(), ...(isInstallationOwner ? ['owner'] : [])].some((role) => this.#grants(permission, role));
  }

  authenticate = async (request: GuardedRequest): Promise<Principal> => {
    const header = headerOf(request);
    const token = keyIn(header('authorization'));
    if (token !== undefined) {
      const key = await this.#projects.keyByToken(token);
      if (!key) throw refuse('bad_key');
      return { kind: 'key', keyId: key.keyId, projectId: key.projectId, keyKind: key.kind };
    }
    const cookie = request.cookies[this.#cookieName];
    if (!cookie) return { kind: 'anonymous' };
    if (!mayChange({ method: request.method, header, publicUrl: this.#kernel.publicUrl })) throw refuse('cross_origin');
    const session = await this.#standings.session(`${this.#cookieName}=${encodeURIComponent(cookie)}`);
    const member = session && (await this.#standings.member(session.memberId));
    return member ? { kind: 'member', memberId: member.account.id, email: member.account.email } : { kind: 'anonymous' };
  };

  authorise = async (principal: Principal, route: { access: string }, projectId: number | undefined): Promise<Principal> => {
    if (route.access === 'public') return principal;
    if (principal.kind === 'anonymous') throw refuse('not_signed_in');
    if (principal.kind === 'key') return this.#authoriseKey(principal, route.access, projectId);
    const standing = await this.#standings.member(principal.memberId);
    if (!standing) throw refuse('not_signed_in');
    const role = projectId === undefined ? undefined : standing.roles.get(projectId);
    if (projectId !== undefined && role === undefined) throw refuseProject('unknown_project');
    if (route.access !== 'member') {
      if (standing.account.mustChangePassword) throw refuse('password_change_needed');
      const may = role === undefined ? this.mayAnywhere(standing, route.access) : this.#grants(route.access, role);
      if (!may) throw refuse('forbidden', { details: { permission: route.access } });
    }
    return role === undefined ? principal : { ...principal, role };
  };

  #authoriseKey(key: Extract<Principal, { kind: 'key' }>, access: string, projectId: number | undefined): Principal {
    if (projectId !== undefined && projectId !== key.projectId) throw refuseProject('unknown_project');
    const may = projectId !== undefined && key.keyKind === 'secret' && !notForKeys.test(access) && this.#grants(access, roleOfSecretKey);
    if (!may) throw refuse('forbidden', { details: { permission: access } });
    return key;
  }

  /** A permission that no slice declares is granted to nobody. */
  #grants(permission: string, role: string): boolean {
    return this.#permissions.get(permission)?.includes(role) ?? false;
  }
}

function headerOf(request: GuardedRequest): (name: string) => string | undefined {
  return (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
}

/** The API key of `Authorization: Bearer sk_…` or `Basic base64(sk_…:)`; undefined when the header is absent or somebody else's (a proxy's). */
function keyIn(authorization: string | undefined): string | undefined {
  const [scheme = '', value = ''] = authorization?.trim().split(/\s+/) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [name = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return /^[sw]k_/.test(name) ? name : undefined;
}
