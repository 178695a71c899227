import { type AnyRoute, type BoundRoute, type Call, handle, type Principal } from '../../kernel/http/handle.ts';
import {
  addMember,
  changePassword,
  changeRole,
  getSession,
  listMembers,
  refuse,
  removeMember,
  resetPassword,
  signIn,
  signOut,
  updateAccount,
} from './contract.ts';
import { mayChange } from './same-origin.ts';
import type { Origin, Sessions } from './sessions.ts';
import type { Actor, Team } from './team.ts';

type AnyCall = Pick<Call<AnyRoute>, 'principal' | 'ip' | 'requestId' | 'header' | 'setHeader'>;

/** Routes of sessions and the own account. */
export function sessionRoutes(sessions: Sessions, publicUrl: string): BoundRoute[] {
  return [
    handle(signIn, async (call) => {
      // Without a cookie the guard has nothing to protect, but nobody may be signed in to somebody else's account from another page.
      if (!mayChange({ method: signIn.method, header: call.header, publicUrl })) throw refuse('cross_origin');
      const { session, cookies } = await sessions.signIn(call.body, originOf(call));
      setCookies(call, cookies);
      return session;
    }),
    handle(signOut, async (call) => {
      const { cookies } = await sessions.signOut(originOf(call));
      setCookies(call, cookies);
      return undefined;
    }),
    handle(getSession, async (call) => {
      const session = await sessions.session(memberOf(call.principal));
      setCookies(call, await sessions.renewal(originOf(call)));
      return session;
    }),
    handle(updateAccount, async (call) => sessions.updateAccount(memberOf(call.principal), call.body, originOf(call))),
    handle(changePassword, async (call) => {
      const { cookies } = await sessions.changePassword(memberOf(call.principal), call.body, originOf(call));
      setCookies(call, cookies);
      return undefined;
    }),
  ];
}

/** Routes of a project's members. */
export function teamRoutes(team: Team): BoundRoute[] {
  return [
    handle(listMembers, async ({ params }) => ({ items: await team.membersOf(params.projectId) })),
    handle(addMember, (call) => team.add({ projectId: call.params.projectId, ...call.body }, actorOf(call))),
    handle(changeRole, (call) => team.changeRole({ ...call.params, role: call.body.role }, actorOf(call))),
    handle(removeMember, async (call) => {
      await team.remove(call.params, actorOf(call));
      return undefined;
    }),
    handle(resetPassword, (call) => team.resetPassword(call.params, actorOf(call))),
  ];
}

function memberOf(principal: Principal): string {
  if (principal.kind !== 'member') throw refuse('not_signed_in');
  return principal.memberId;
}

function actorOf(call: AnyCall): Actor {
  return { principal: call.principal, ip: call.ip, requestId: call.requestId };
}

function originOf(call: AnyCall): Origin {
  return { ip: call.ip, requestId: call.requestId, cookie: call.header('cookie'), userAgent: call.header('user-agent') };
}

/** Answers about a session are nobody else's: no cache may keep them. */
function setCookies(call: AnyCall, cookies: string[]): void {
  call.setHeader('cache-control', 'no-store');
  if (cookies.length > 0) call.setHeader('set-cookie', cookies);
}
