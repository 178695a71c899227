import type { IdentityApi } from '../../collect/identity/index.ts';
import type { StreamApi } from '../../collect/stream/index.ts';
import { type AnyRoute, type BoundRoute, type Call, handle } from '../../kernel/http/handle.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import { briefOf } from '../audiences/index.ts';
import {
  getGroup,
  getPersonGraph,
  getTraitsAt,
  type IdRuleView,
  joinPeople,
  listConflicts,
  listGroups,
  listIdRules,
  partPeople,
  previewParting,
  refusePerson,
  resetIdRule,
  saveIdRule,
} from './contract.ts';

export interface IdentityRouteParts {
  kernel: Kernel;
  identity: IdentityApi;
  stream: Pick<StreamApi, 'record'>;
  audit: AuditApi;
}

const HISTORY_SHOWN = 100;
const CONFLICTS_SHOWN = 200;
const MEMBERS_SHOWN = 100;

/** Routes of ids, merges, groups and the rules about them. Each change stands in the audit trail in its own transaction. */
export function identityRoutes(parts: IdentityRouteParts): BoundRoute[] {
  return [...graphRoutes(parts), ...mergeRoutes(parts), ...ruleRoutes(parts), ...groupRoutes(parts)];
}

/** What is known of the ids of people, and what did not fit. */
function graphRoutes({ kernel, identity }: IdentityRouteParts): BoundRoute[] {
  return [
    handle(getPersonGraph, async ({ params: { projectId, personId: asked } }) => {
      const personId = await standing(identity, projectId, asked);
      const [ids, merges, history, groups] = await Promise.all([
        identity.idsOf(projectId, personId),
        identity.mergesOf(projectId, personId),
        identity.historyOf({ projectId, personId, limit: HISTORY_SHOWN }),
        identity.groupsOf(projectId, personId),
      ]);
      return { ids, merges, history, groups: groups.map((group) => ({ type: group.type, id: group.id, name: nameOf(group), since: group.since })) };
    }),
    handle(getTraitsAt, async ({ params: { projectId, personId: asked }, query }) => {
      const personId = await standing(identity, projectId, asked);
      const [traits, history] = await Promise.all([
        identity.traitsAt(projectId, personId, query.at ?? kernel.clock.now()),
        identity.traitHistory({ projectId, personId, trait: query.trait, limit: query.limit }),
      ]);
      return { traits, history };
    }),
    handle(listConflicts, async ({ params: { projectId } }) => {
      const [items, traits] = await Promise.all([identity.conflicts({ projectId, limit: CONFLICTS_SHOWN }), identity.traitConflicts(projectId)]);
      return { items, traits };
    }),
  ];
}

/** Two people taken for one, and one taken apart; the stream hears of both. */
function mergeRoutes({ kernel, identity, stream, audit }: IdentityRouteParts): BoundRoute[] {
  const tell = (projectId: number, event: string, told: readonly { personId: number; other: number }[]): Promise<void> => {
    const at = kernel.clock.now();
    return stream.record(
      projectId,
      told.map(({ personId, other }) => ({
        personId,
        event,
        time: at,
        properties: event === '$merged' ? { loser: other } : { other },
        messageId: `identity:${event}:${personId}:${other}:${at}`,
        passive: true,
        source: 'identity',
      })),
    );
  };
  return [
    handle(previewParting, ({ params: { projectId, personId }, body }) => identity.previewParting(projectId, { personId, ...body })),
    handle(partPeople, async (call) => {
      const { projectId } = call.params;
      const personId = await standing(identity, projectId, call.params.personId);
      const otherId = await identity.part(projectId, { personId, ...call.body }, by(call, audit, { projectId, action: partPeople.id, personId }));
      await tell(projectId, '$split', [
        { personId, other: otherId },
        { personId: otherId, other: personId },
      ]);
      return { otherId };
    }),
    handle(joinPeople, async (call) => {
      const { projectId } = call.params;
      const personId = await standing(identity, projectId, call.params.personId);
      const loser = await standing(identity, projectId, call.body.loser);
      await identity.join(projectId, { loser, winner: personId }, by(call, audit, { projectId, action: joinPeople.id, personId }));
      await tell(projectId, '$merged', [{ personId, other: loser }]);
      return { personId };
    }),
  ];
}

function ruleRoutes({ identity, audit }: IdentityRouteParts): BoundRoute[] {
  const view = async (projectId: number): Promise<{ items: IdRuleView[] }> => {
    const rules = await identity.rules(projectId);
    return { items: rules.all().map((rule) => ({ ...rule, isDefault: !rules.isDecided(rule.kind) })) };
  };
  return [
    handle(listIdRules, ({ params }) => view(params.projectId)),
    handle(saveIdRule, async (call) => {
      const { projectId, kind } = call.params;
      await identity.decideRule(projectId, kind, { kind, ...call.body }, by(call, audit, { projectId, action: saveIdRule.id, kind }));
      return view(projectId);
    }),
    handle(resetIdRule, async (call) => {
      const { projectId, kind } = call.params;
      await identity.decideRule(projectId, kind, undefined, by(call, audit, { projectId, action: resetIdRule.id, kind }));
      return view(projectId);
    }),
  ];
}

function groupRoutes({ identity }: IdentityRouteParts): BoundRoute[] {
  return [
    handle(listGroups, async ({ params: { projectId }, query: { cursor, limit, search, type } }) => {
      if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) throw refusePerson('bad_cursor');
      const offset = Number(cursor ?? 0);
      const found = await identity.groups({ projectId, ...(search && { search }), ...(type && { type }), offset, limit: limit + 1 });
      return { items: found.slice(0, limit), ...(found.length > limit && { nextCursor: String(offset + limit) }) };
    }),
    handle(getGroup, async ({ params: { projectId, type, groupId: id } }) => {
      const group = await identity.group(projectId, { type, id });
      const members = await identity.groupMembers(projectId, { type, id, offset: 0, limit: MEMBERS_SHOWN });
      const records = await identity.people(
        projectId,
        members.map((member) => member.personId),
      );
      return {
        ...group,
        people: members.flatMap(({ personId, since }) => {
          const record = records.get(personId);
          return record ? [{ personId, label: briefOf(personId, record).label, since }] : [];
        }),
      };
    }),
  ];
}

/** The number that stands for a person after all merges. */
async function standing(identity: IdentityApi, projectId: number, personId: number): Promise<number> {
  const record = await identity.person(projectId, personId);
  if (!record) throw refusePerson('unknown_person');
  return record.personId;
}

function nameOf(group: { id: string; traits: Record<string, unknown> }): string {
  const { name } = group.traits;
  return typeof name === 'string' && name.trim() !== '' ? name : group.id;
}

/** Who acts, and the entry in the audit trail that stands or falls with the act. */
function by(call: Call<AnyRoute>, audit: AuditApi, what: { projectId: number; action: string; personId?: number; kind?: string }) {
  const { projectId, action, personId, kind } = what;
  return {
    memberId: call.principal.kind === 'member' ? call.principal.memberId : undefined,
    audit: (tx: Parameters<AuditApi['write']>[1]) =>
      audit.write(
        {
          principal: call.principal,
          ip: call.ip,
          requestId: call.requestId,
          projectId,
          action,
          subject: personId === undefined ? `id_rule:${kind}` : `person:${personId}`,
          details: (call.body as object | undefined) ?? {},
        },
        tx,
      ),
  };
}
