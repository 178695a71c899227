import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import { RowWriter } from '../../kernel/clickhouse/row-writer.ts';
import { AppError } from '../../kernel/errors/errors.ts';
import { LocalDays } from '../../kernel/local-days.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { IdentityApi } from '../identity/index.ts';
import { Announcer, takeAnnouncements } from './announcements.ts';
import type { StreamApi } from './api.ts';
import { checkEvent, type PreparedEvent, prepareFact } from './check-event.ts';
import { type AcceptMeta, type AcceptResult, type EventOutcome, type IncomingEvent, refuseStream, type StreamRefusal } from './contract.ts';
import type { EventSurroundings } from './event-row.ts';
import { countExpired, countInDays, expiredDays, expireEvents, takeOutOfDays } from './expire.ts';
import { GroupClaims } from './group-claims.ts';
import { Interests } from './interests.ts';
import { KnownMessages } from './known-messages.ts';
import { eventNames, propertyNames } from './queries/event-names.ts';
import { GroupQueue, type QueueLimits, type Written } from './queue.ts';
import { lastArrival, REPAIR_MARGIN_MS } from './repair.ts';
import { GroupWriter, type GroupWriterParts } from './write-group.ts';

/** A running stream with the handles that its service needs. */
export interface RunningStream {
  api: StreamApi;
  /** Puts in order what a crash may have left half done. Before it has resolved nothing may be accepted. */
  recover(): Promise<void>;
  /** Writes what waits and takes nothing more. */
  close(): Promise<void>;
  purge(): Promise<void>;
}

interface StreamUses {
  identity: IdentityApi;
  projects: Pick<ProjectsApi, 'project'>;
}

/** Wires the stream. `limits` are for tests. */
export function createStream(kernel: Kernel, uses: StreamUses, limits: Partial<QueueLimits> = {}): RunningStream {
  const interests = new Interests(kernel);
  const announcer = new Announcer({ ...kernel, interests });
  const known = new KnownMessages(kernel);
  const timeZoneOf = async (projectId: number): Promise<string> => {
    const project = await uses.projects.project(projectId);
    if (!project) throw refuseStream('project_unknown');
    return project.timeZone;
  };
  const claims = new GroupClaims(kernel);
  const writer = new GroupWriter({ ...kernel, identity: uses.identity, announcer, claims, known, timeZoneOf, onStage: stageTimes(kernel) });
  const queue = new GroupQueue((entries) => writer.write(entries), limits);
  return {
    api: {
      ...ways(kernel, queue, timeZoneOf),
      listen: (interest) => interests.replace(interest),
      takeAnnouncements,
      settled: async () => {
        await queue.settled();
        await claims.settled();
      },
      ...surgery(kernel.clickhouse, uses.identity),
      eventNames: (projectId) => eventNames(kernel.clickhouse, projectId),
      propertyNames: (projectId, event) => propertyNames(kernel.clickhouse, projectId, event),
    },
    recover: async () => {
      const last = await lastArrival(kernel.clickhouse);
      if (last > 0) await writer.recover(last - REPAIR_MARGIN_MS);
      known.begin();
    },
    close: async () => {
      await queue.close();
      await known.close();
    },
    purge: () => announcer.purge(),
  };
}

/** What deletes: by the age of events, and by person. */
function surgery(
  clickhouse: ClickHouse,
  identity: Pick<IdentityApi, 'whileDaysRest'>,
): Pick<StreamApi, 'takeOutOfDays' | 'countInDays' | 'countExpired' | 'expiredDays' | 'expire'> {
  return {
    takeOutOfDays: (projectId, personIds) => identity.whileDaysRest(projectId, () => takeOutOfDays(clickhouse, projectId, personIds)),
    countInDays: (projectId, personIds) => countInDays(clickhouse, projectId, personIds),
    countExpired: (projectId, cuts) => countExpired(clickhouse, projectId, cuts),
    expiredDays: (projectId, cuts) => expiredDays(clickhouse, projectId, cuts),
    expire: (projectId, cuts, days) => identity.whileDaysRest(projectId, () => expireEvents(clickhouse, projectId, { cuts, days })),
  };
}

function stageTimes({ metrics }: Kernel): GroupWriterParts['onStage'] {
  const times = metrics.histogram(
    'perennial_stream_stage_seconds',
    'Time of a stage of one group of events',
    [0.005, 0.02, 0.05, 0.1, 0.5, 2, 10],
    ['stage'],
  );
  return (stage, seconds) => times.observe({ stage }, seconds);
}

/** The two ways in: facts of other slices, and events from outside. */
function ways(kernel: Kernel, queue: GroupQueue, timeZoneOf: (projectId: number) => Promise<string>): Pick<StreamApi, 'record' | 'accept'> {
  const days = new LocalDays();
  const rows = new RowWriter();
  const written = kernel.metrics.counter('perennial_stream_events_total', 'Events by what became of them', ['outcome']);
  const surroundings = async (projectId: number, meta: AcceptMeta): Promise<EventSurroundings> => {
    const timeZone = await timeZoneOf(projectId);
    return { projectId, timeZone, meta, days, rows, arrivedAt: kernel.clock.now() };
  };
  const finish = async (checking: Promise<CheckedEvents>): Promise<AcceptResult> => {
    const { count, prepared, refused } = await checking;
    const result = resultOf(count, refused, await queue.submit(prepared));
    for (const outcome of ['accepted', 'duplicates', 'refused'] as const) if (result[outcome] > 0) written.inc({ outcome }, result[outcome]);
    return result;
  };
  return {
    async record(projectId, facts) {
      for (const [source, group] of Map.groupBy(facts, (fact) => fact.source)) {
        const around = await surroundings(projectId, { receivedAt: kernel.clock.now(), source });
        await queue.submit(group.map((fact) => prepareFact(fact, around)));
      }
      written.inc({ outcome: 'recorded' }, facts.length);
    },
    async accept(projectId, events, meta) {
      queue.checkRoom(0);
      const around = surroundings(projectId, meta);
      // From here on nothing holds the events themselves: while thousands wait to be written, the garbage collector would carry them about.
      return finish(around.then((known) => checkAll(events, known)));
    },
  };
}

interface CheckedEvents {
  count: number;
  prepared: PreparedEvent[];
  refused: Map<number, EventOutcome>;
}

function checkAll(events: readonly IncomingEvent[], around: EventSurroundings): CheckedEvents {
  const prepared: PreparedEvent[] = [];
  const refused = new Map<number, EventOutcome>();
  events.forEach((event, index) => {
    try {
      prepared.push(checkEvent(event, around));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.set(index, refusal(error));
    }
  });
  return { count: events.length, prepared, refused };
}

function refusal(error: AppError): EventOutcome {
  return { status: 'refused', code: error.code as StreamRefusal, message: error.message, details: error.details };
}

function resultOf(count: number, refused: ReadonlyMap<number, EventOutcome>, written: readonly Written[]): AcceptResult {
  const result: AcceptResult = { accepted: 0, duplicates: 0, refused: 0, outcomes: [] };
  let next = 0;
  for (let index = 0; index < count; index += 1) {
    let outcome = refused.get(index);
    if (!outcome) {
      const fate = written[next++];
      outcome = !fate || fate.status === 'unreadable' ? refusal(refuseStream('event_unreadable')) : fate;
    }
    result.outcomes.push(outcome);
    if (outcome.status === 'accepted') result.accepted += 1;
    else if (outcome.status === 'duplicate') result.duplicates += 1;
    else result.refused += 1;
  }
  return result;
}
