import type { Transaction } from 'kysely';
import { type AnyRoute, type BoundRoute, type Call, handle } from '../../kernel/http/handle.ts';
import type { Texts } from '../../kernel/http/texts.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { Catalogue } from './catalogue.ts';
import {
  adoptEvents,
  exportPlan,
  getPlanEvent,
  importPlan,
  listLabels,
  listPlanEvents,
  listPlanTraits,
  listPlanVersions,
  listViolations,
  previewPlan,
  refusePlan,
  restorePlan,
  savePlanEvent,
  savePlanRules,
  savePlanTrait,
  setEventStatus,
  startSurvey,
} from './contract.ts';
import { withAdopted, withEvent, withStatus, withTrait } from './edit-plan.ts';
import { labelsOf } from './labels.ts';
import { changesBetween } from './plan-changes.ts';
import type { PlanDocument } from './plan-document.ts';
import { type PlanFault, readDocument, readEvent, readTrait } from './plan-faults.ts';
import type { PlanAuthor, Plans } from './plans.ts';

export interface PlanRouteParts {
  plans: Plans;
  catalogue: Catalogue;
  audit: AuditApi;
  texts: Texts;
  survey(projectId: number): Promise<boolean>;
  /** Told after each change of a plan. */
  changed(projectId: number): void;
}

type AnyCall = Pick<Call<AnyRoute>, 'principal' | 'ip' | 'requestId' | 'locale'>;

/** Routes of the plan itself. Each change stands in the audit trail in its own transaction. */
export function planRoutes(parts: PlanRouteParts): BoundRoute[] {
  return [...readingRoutes(parts), ...editingRoutes(parts), ...documentRoutes(parts)];
}

function readingRoutes({ catalogue, plans, survey }: PlanRouteParts): BoundRoute[] {
  return [
    handle(listPlanEvents, ({ params }) => catalogue.events(params.projectId)),
    handle(getPlanEvent, ({ params, query }) => catalogue.event(params.projectId, query.event)),
    handle(listPlanTraits, ({ params }) => catalogue.traits(params.projectId)),
    handle(listViolations, async ({ params, query }) => ({ items: await catalogue.violations(params.projectId, query) })),
    handle(startSurvey, async ({ params }) => ({ isDone: await survey(params.projectId) })),
    handle(listLabels, async ({ params, query, locale }) => labelsOf((await plans.current(params.projectId)).plan, query.language ?? locale)),
    handle(listPlanVersions, async ({ params, query }) => {
      const rows = await plans.versions(params.projectId, query.cursor === undefined ? undefined : Number(query.cursor));
      const items = rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
      const last = rows.at(-1)?.version ?? 1;
      return { items, ...(last > 1 && { nextCursor: String(last) }) };
    }),
  ];
}

function editingRoutes(parts: PlanRouteParts): BoundRoute[] {
  const { texts, catalogue } = parts;
  return [
    handle(savePlanEvent, async (call) => {
      const { event, definition, note, ifVersion } = call.body;
      const read = definition === null ? { value: null } : readEvent(definition, { texts, locale: call.locale });
      if ('faults' in read) throw faulty(read.faults, 'body.definition');
      return change(parts, call, { route: savePlanEvent, subject: `event:${event}`, note, ifVersion }, (document) =>
        withEvent(document, event, read.value),
      );
    }),
    handle(savePlanTrait, async (call) => {
      const { name, definition, ifVersion } = call.body;
      const read = definition === null ? { value: null } : readTrait(definition, { texts, locale: call.locale });
      if ('faults' in read) throw faulty(read.faults, 'body.definition');
      return change(parts, call, { route: savePlanTrait, subject: `trait:${name}`, ifVersion }, (document) => withTrait(document, name, read.value));
    }),
    handle(adoptEvents, async (call) => {
      const suggestions = await catalogue.suggestions(call.params.projectId, call.body.events);
      return change(parts, call, { route: adoptEvents, subject: 'tracking-plan' }, (document) => withAdopted(document, suggestions));
    }),
    handle(setEventStatus, (call) =>
      change(parts, call, { route: setEventStatus, subject: 'tracking-plan' }, (document) =>
        withStatus(document, call.body.events, call.body.status),
      ),
    ),
    handle(savePlanRules, (call) =>
      change(parts, call, { route: savePlanRules, subject: 'tracking-plan', ifVersion: call.body.ifVersion }, (document) => ({
        ...document,
        rules: call.body.rules,
      })),
    ),
  ];
}

function documentRoutes(parts: PlanRouteParts): BoundRoute[] {
  const { plans, texts } = parts;
  return [
    handle(exportPlan, async ({ params, query, setHeader }) => {
      setHeader('Content-Disposition', 'attachment; filename="tracking-plan.json"');
      if (query.version === undefined) return (await plans.fresh(params.projectId)).document;
      return plans.documentAt(params.projectId, query.version);
    }),
    handle(previewPlan, async ({ params, body, locale }) => {
      const read = readDocument(body, { texts, locale });
      const now = await plans.fresh(params.projectId);
      if ('faults' in read) return { faults: read.faults, changes: [], version: now.plan.version };
      return { faults: [], changes: changesBetween(now.document, read.value), version: now.plan.version };
    }),
    handle(importPlan, async (call) => {
      const read = readDocument(call.body, { texts, locale: call.locale });
      if ('faults' in read) throw faulty(read.faults, 'body');
      const { note, ifVersion } = call.query;
      return change(parts, call, { route: importPlan, subject: 'tracking-plan', note, ifVersion }, () => read.value);
    }),
    handle(restorePlan, async (call) => {
      const { projectId, version } = call.params;
      const document = await plans.documentAt(projectId, version);
      const note = parts.texts.text(call.locale, 'tracking-plan.restoredNote', { version }) ?? '';
      return change(parts, call, { route: restorePlan, subject: `version:${version}`, note }, () => document);
    }),
  ];
}

interface ChangeWords {
  route: { id: string };
  subject: string;
  note?: string;
  ifVersion?: number | undefined;
}

async function change(
  parts: PlanRouteParts,
  call: AnyCall & { params: { projectId: number } },
  { route, subject, note = '', ifVersion }: ChangeWords,
  edit: (document: PlanDocument) => PlanDocument,
): Promise<Awaited<ReturnType<Plans['change']>>> {
  const { projectId } = call.params;
  const { principal, ip, requestId } = call;
  const by: PlanAuthor = {
    author: principal.kind === 'member' ? principal.email : null,
    note,
    ifVersion,
    audit: (tx, { version, changes }) =>
      parts.audit.write(
        {
          projectId,
          principal,
          ip,
          requestId,
          action: route.id,
          subject,
          details: { version, changed: changes.slice(0, 20).map(({ of, name }) => (name === '' ? of : `${of}:${name}`)), count: changes.length },
        },
        tx as Transaction<unknown>,
      ),
  };
  const done = await parts.plans.change(projectId, by, edit);
  if (done.changes.length > 0) parts.changed(projectId);
  return done;
}

const SUMMARY_FAULTS = 3;

function faulty(faults: readonly PlanFault[], where: string) {
  const issues = faults.map(({ path, message }) => ({ path: path === '' ? where : `${where}.${path}`, message }));
  const summary = faults
    .slice(0, SUMMARY_FAULTS)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  return refusePlan('document_faulty', { issues, details: { count: faults.length, summary } });
}
