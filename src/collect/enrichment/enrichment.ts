import type { Kernel, Service } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { EnrichmentApi } from './api.ts';
import { Devices } from './device/device.ts';
import { createEnricher, type EnricherTools } from './enricher.ts';
import { Geography } from './geography/geography.ts';
import { FindingsStore } from './personal/findings.ts';
import { type Profile, Profiles } from './profiles.ts';
import { QualityCounter } from './quality/quality-counter.ts';
import { recentSessions } from './queries/recent-sessions.ts';
import { SessionGossip } from './sessions/gossip.ts';
import { keyOf, SessionBook, type SessionRule } from './sessions/session-book.ts';

const FLUSH_MS = 5_000;
const MINUTE_MS = 60_000;
/** What other processes tell is joined by the usual pause: the rule of the project is asked when an event comes. */
const heardRule: SessionRule = { idleMs: 30 * MINUTE_MS, lengthMaxMs: 24 * 60 * MINUTE_MS, isCutAtMidnight: false, isCutOnCampaign: false };

export interface Enrichment {
  api: EnrichmentApi;
  profiles: Profiles;
  tools: EnricherTools;
  /** Writes the counters and findings that wait. */
  flush(): Promise<void>;
  service: Service;
}

/** Wires enrichment together. `devicesMax`: devices whose sessions one process remembers. */
export function createEnrichment(kernel: Kernel, projects: Pick<ProjectsApi, 'project'>, { devicesMax }: { devicesMax: number }): Enrichment {
  const metric = kernel.metrics.counter('perennial_quality_events_total', 'Events by what became of them or what is odd about them', ['measure']);
  const quality = new QualityCounter({ postgres: kernel.postgres, clock: kernel.clock, metric });
  const findings = new FindingsStore({ postgres: kernel.postgres, clock: kernel.clock, quality });
  const profiles = new Profiles(kernel, projects);
  const book = new SessionBook(devicesMax);
  const gossip = kernel.postgres.form === 'server' ? new SessionGossip(kernel.bus, kernel.ids.uuid()) : undefined;
  const stopHearing = gossip?.hear(book, heardRule);
  const tools: EnricherTools = { geography: new Geography(), devices: new Devices(), book, quality, findings, tell: gossip?.tell };
  const restored = new Map<number, Promise<void>>();
  const api: EnrichmentApi = {
    async prepare(projectId) {
      const profile = await profiles.get(projectId);
      if (!profile) return { apply: () => 'keep', mask: (shown) => ({ shown, masked: [] }) };
      if (profile.settings.sessions.isOn) {
        let done = restored.get(projectId);
        if (!done) {
          done = restoreSessions(kernel, profile, book, devicesMax);
          restored.set(projectId, done);
        }
        await done;
      }
      return createEnricher(tools, profile);
    },
    quality,
    registerPersonalMarks: (marksOf) => profiles.addMarks(marksOf),
    personalMarksChanged: (projectId) => profiles.changed(projectId),
  };
  const flush = async (): Promise<void> => {
    await quality.flush();
    await findings.flush();
  };
  const end = async (): Promise<void> => {
    stopHearing?.();
    gossip?.close();
    await flush();
  };
  return { api, profiles, tools, flush, service: flushing(kernel, flush, end) };
}

/** Sessions that were going on when this process was not there are carried on: the stream knows them. */
async function restoreSessions(kernel: Kernel, profile: Profile, book: SessionBook, limit: number): Promise<void> {
  const { projectId, sessionRule } = profile;
  const sinceMs = kernel.clock.now() - sessionRule.idleMs - 5 * MINUTE_MS;
  try {
    const sessions = await recentSessions(kernel.clickhouse, projectId, { sinceMs, limit });
    for (const { anonymousId, userId, sessionId, firstMs, lastMs } of sessions.reverse()) {
      const key = keyOf(projectId, anonymousId === '' ? undefined : anonymousId, userId === '' ? undefined : userId);
      if (key !== undefined) book.learn(key, { id: sessionId, firstMs, lastMs, campaign: '', day: profile.dayOf(firstMs) }, sessionRule);
    }
  } catch (error) {
    kernel.log.warn({ projectId, error: String(error) }, 'sessions that were going on could not be read: they begin anew');
  }
}

function flushing(kernel: Kernel, flush: () => Promise<void>, end: () => Promise<void>): Service {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  return {
    name: 'quality counters',
    roles: ['collect', 'web', 'worker'],
    start: async () => {
      timer = setInterval(() => {
        underWay ??= flush()
          .catch((error: unknown) => kernel.log.warn({ error: String(error) }, 'counters of quality could not be written; they wait'))
          .finally(() => {
            underWay = undefined;
          });
      }, FLUSH_MS);
    },
    stop: async () => {
      clearInterval(timer);
      await underWay;
      await end().catch((error: unknown) => kernel.log.warn({ error: String(error) }, 'counters of quality could not be written'));
    },
  };
}
