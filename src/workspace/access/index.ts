import type { Transaction } from 'kysely';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../audit/index.ts';
import type { ProjectsApi } from '../projects/index.ts';
import type { AccessApi } from './api.ts';
import { lazyAuth } from './auth.ts';
import { refuse } from './contract.ts';
import { AccessGuard } from './guard.ts';
import { handleJobs, tidy } from './jobs.ts';
import { joinProject, projectIdsOfMember } from './membership.ts';
import { sessionRoutes, teamRoutes } from './routes.ts';
import { Sessions } from './sessions.ts';
import { Standings } from './standings.ts';
import type { AccessTables } from './tables.ts';
import { Team } from './team.ts';

export type { AccessApi } from './api.ts';

/** Members, passwords, sessions, roles, and the decision who may call what. */
export const door = defineSlice({
  name: 'access',
  folder: import.meta.dirname,
  uses: ['projects', 'audit'],
  permissions: {
    'members.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'members.write': ['owner', 'admin'],
  },
  errors: [refuse],
  jobs: [tidy],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: { projects: ProjectsApi; audit: AuditApi } }) {
    const auth = lazyAuth(kernel);
    const standings = new Standings(kernel, auth);
    const guard = new AccessGuard(kernel, standings, uses.projects);
    const parts = { kernel, auth, standings, guard, ...uses };
    const sessions = new Sessions(parts);
    const team = new Team(parts);
    uses.projects.registerMembership({
      grantOwner: (tx, projectId, memberId) =>
        joinProject(tx as unknown as Transaction<AccessTables>, kernel.clock.now(), { projectId, memberId, role: 'owner', actorRole: 'owner' }),
      changed: (memberId) => standings.changed(memberId),
      projectIdsOf: (memberId) => projectIdsOfMember(kernel.postgres.as<AccessTables>(), memberId),
    });
    handleJobs(kernel);
    const api: AccessApi = {
      authenticate: guard.authenticate,
      authorise: guard.authorise,
      setPermissions: (permissions) => guard.setPermissions(permissions),
      ensureOwner: () => team.ensureOwner(),
    };
    return { api, routes: [...sessionRoutes(sessions, kernel.publicUrl), ...teamRoutes(team)] };
  },
});
