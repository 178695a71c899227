import type { Kysely } from 'kysely';
import type { ReplyOf } from '../../kernel/http/contract.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { getPlanEvent, listPlanEvents, listPlanTraits, PlannedOrSeen, SeenPropertyView, ViolationCount } from './contract.ts';
import { refusePlan, VOLUME_DAYS } from './contract.ts';
import { isNamedPersonal } from './looks-personal.ts';
import { dayIn } from './observer.ts';
import type { Plans } from './plans.ts';
import type { Quarantine } from './quarantine.ts';
import {
  seenEvents,
  seenProperties,
  traitViolations,
  type ViolationRow,
  violationDays,
  violationsSince,
  violationTotals,
  volumes,
} from './queries/seen.ts';
import { type SeenPropertyRow, suggestEvent, typesOf } from './suggest.ts';
import type { PlanTables } from './tables.ts';

const DAY_MS = 86_400_000;
const RECENT_DAYS = 7;
const PAGE_DAYS = 90;
const VIOLATIONS_LISTED = 200;

interface CatalogueParts {
  kernel: Kernel;
  plans: Plans;
  quarantine: Quarantine;
  projects: Pick<ProjectsApi, 'project'>;
}

/** The plan beside what arrives: what people look at. */
export class Catalogue {
  readonly #parts: CatalogueParts;

  constructor(parts: CatalogueParts) {
    this.#parts = parts;
  }

  async events(projectId: number): Promise<ReplyOf<typeof listPlanEvents>> {
    const { plan } = await this.#parts.plans.fresh(projectId);
    const days = await this.#days(projectId, VOLUME_DAYS);
    const seen = new Map((await seenEvents(this.#db, projectId)).filter((row) => row.event !== '').map((row) => [row.event, row]));
    const index = new Map(days.map((day, place) => [day, place]));
    const counts = new Map<string, number[]>();
    for (const { event, day, count } of await volumes(this.#db, projectId, { since: days[0] ?? '' })) {
      const place = index.get(day);
      if (place === undefined) continue;
      const of = counts.get(event) ?? days.map(() => 0);
      of[place] = count;
      counts.set(event, of);
    }
    const violations = await violationTotals(this.#db, projectId, days.at(-RECENT_DAYS) ?? '');
    const names = [...new Set([...Object.keys(plan.events), ...seen.keys()])].sort();
    const items = names.map((event): PlannedOrSeen => {
      const planned = Object.hasOwn(plan.events, event) ? plan.events[event] : undefined;
      const arrived = seen.get(event);
      return {
        event,
        status: planned ? (planned.status ?? 'expected') : 'unplanned',
        isInPlan: planned !== undefined,
        displayName: planned?.displayName ?? {},
        description: planned?.description ?? '',
        owner: planned?.owner ?? '',
        tags: planned?.tags ?? [],
        plannedProperties: Object.keys(planned?.properties ?? {}).length,
        volume: counts.get(event) ?? days.map(() => 0),
        firstSeen: arrived?.firstSeen.toISOString() ?? null,
        lastSeen: arrived?.lastSeen.toISOString() ?? null,
        violations: violations.get(event) ?? 0,
      };
    });
    return { items, version: plan.version, rules: plan.rules };
  }

  async event(projectId: number, event: string): Promise<ReplyOf<typeof getPlanEvent>> {
    const { plan } = await this.#parts.plans.fresh(projectId);
    const arrived = (await seenEvents(this.#db, projectId)).find((row) => row.event === event);
    const planned = Object.hasOwn(plan.events, event) ? plan.events[event] : undefined;
    if (!arrived && !planned) throw refusePlan('unknown_event', { details: { event } });
    const days = await this.#days(projectId, PAGE_DAYS);
    const since = days[0] ?? '';
    const counts = new Map((await volumes(this.#db, projectId, { since, event })).map(({ day, count }) => [day, count]));
    const broken = new Map((await violationDays(this.#db, projectId, { since, event })).map(({ day, count }) => [day, count]));
    const rows = await seenProperties(this.#db, projectId, [event]);
    const waiting = await this.#parts.quarantine.counts(projectId, { event });
    return {
      event,
      isInPlan: planned !== undefined,
      definition: planned ?? {},
      suggestion: suggestEvent(rows, arrived?.sampled ?? 0),
      properties: rows.map(seenView),
      sampled: arrived?.sampled ?? 0,
      firstSeen: arrived?.firstSeen.toISOString() ?? null,
      lastSeen: arrived?.lastSeen.toISOString() ?? null,
      days: days.map((day) => ({ day, count: counts.get(day) ?? 0 })),
      violations: await this.violations(projectId, { days: VOLUME_DAYS, event }),
      violationDays: days.map((day) => ({ day, count: broken.get(day) ?? 0 })),
      waiting: (waiting.quarantined ?? 0) + (waiting.refused ?? 0),
      version: plan.version,
      rules: plan.rules,
    };
  }

  async traits(projectId: number): Promise<ReplyOf<typeof listPlanTraits>> {
    const { plan } = await this.#parts.plans.fresh(projectId);
    const days = await this.#days(projectId, RECENT_DAYS);
    const seen = new Map((await seenProperties(this.#db, projectId, [''])).map((row) => [row.property, row]));
    const violations = await traitViolations(this.#db, projectId, days[0] ?? '');
    const names = [...new Set([...Object.keys(plan.traits), ...seen.keys()])].sort();
    const items = names.map((name) => {
      const isInPlan = Object.hasOwn(plan.traits, name);
      const row = seen.get(name);
      return {
        name,
        isInPlan,
        definition: (isInPlan && plan.traits[name]) || {},
        seen: row ? seenView(row) : null,
        violations: violations.get(name) ?? 0,
      };
    });
    return { items, version: plan.version };
  }

  /** Definitions from what was seen, of events that the plan does not know. */
  async suggestions(projectId: number, events: readonly string[]) {
    const sampled = new Map((await seenEvents(this.#db, projectId)).map((row) => [row.event, row.sampled]));
    const rows = Map.groupBy(await seenProperties(this.#db, projectId, events), (row) => row.event);
    return new Map(events.map((event) => [event, suggestEvent(rows.get(event) ?? [], sampled.get(event) ?? 0)]));
  }

  async violations(projectId: number, of: { days: number; event?: string | undefined }): Promise<ViolationCount[]> {
    const [since = ''] = await this.#days(projectId, of.days);
    return (await violationsSince(this.#db, projectId, { since, event: of.event, limit: VIOLATIONS_LISTED })).map(violationView);
  }

  get #db(): Kysely<PlanTables> {
    return this.#parts.kernel.postgres.as<PlanTables>();
  }

  /** The last days of the project, today last. */
  async #days(projectId: number, count: number): Promise<string[]> {
    const project = await this.#parts.projects.project(projectId);
    const today = Date.parse(`${dayIn(project?.timeZone ?? 'UTC')(this.#parts.kernel.clock.now())}T00:00:00Z`);
    return Array.from({ length: count }, (_, index) => new Date(today - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10));
  }
}

function seenView(row: SeenPropertyRow): SeenPropertyView {
  const types = typesOf(row);
  return {
    name: row.property,
    types,
    count: Object.values(types).reduce((sum, one) => sum + one, 0),
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    examples: row.examples,
    looksPersonal: isNamedPersonal(row.property, row.event === ''),
  };
}

function violationView(row: ViolationRow): ViolationCount {
  return { ...row, firstAt: row.firstAt.toISOString(), lastAt: row.lastAt.toISOString() };
}
