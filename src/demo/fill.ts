import { setImmediate as nextTurn } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { CHUNK_MAX, type ImportLine } from '../collect/imports/contract.ts';
import type { ImportsApi } from '../collect/imports/index.ts';
import type { Kernel, Service } from '../kernel/slice.ts';
import type { ProjectsApi } from '../workspace/projects/index.ts';
import { buildLines } from './build-lines.ts';
import type { DemoStore } from './demo-store.ts';
import { readJourney } from './read-journey.ts';
import { createTimeShift } from './shift-time.ts';

/** Chunks on their way at the same time: one is written while the next is made ready. */
const CHUNKS_IN_FLIGHT = 3;
/** The last day comes when the examples are there: the journey that is live meets its buyers. */
const LAST_MS = 86_400_000;

export interface Filling {
  kernel: Kernel;
  projects: ProjectsApi;
  imports: ImportsApi;
  store: DemoStore;
  /** Creates the segments, insights and journeys that the demo project shows. */
  addExamples(projectId: number): Promise<void>;
}

/** Imports waiting demo data in the background; after a crash it begins again, and what was imported changes nothing. */
export function createFillService(parts: Filling): Service & { wake(): void } {
  const { kernel, store } = parts;
  let stopped = true;
  let running: Promise<void> = Promise.resolve();
  const fillAll = async (): Promise<void> => {
    for (const projectId of await store.unfinished()) {
      if (stopped) return;
      if (!(await store.lease(projectId))) continue;
      try {
        await fillOne(parts, projectId, () => stopped);
      } catch (error) {
        kernel.log.error({ projectId, error: error instanceof Error ? error.stack : String(error) }, 'demo data could not be imported');
        await store.setState(projectId, 'failed');
      }
    }
  };
  const wake = (): void => {
    if (stopped) return;
    running = running.then(fillAll).catch((error) => kernel.log.error({ error: String(error) }, 'demo service failed'));
  };
  return {
    name: 'demo filling',
    roles: ['worker'],
    wake,
    async start() {
      stopped = false;
      wake();
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}

async function fillOne(parts: Filling, projectId: number, isStopped: () => boolean): Promise<void> {
  const { kernel, store, imports } = parts;
  const [project, demo] = await Promise.all([parts.projects.project(projectId), store.get(projectId)]);
  if (!project || !demo) return;
  const journey = await readJourney();
  await nextTurn();
  const endOfDay = Temporal.PlainDate.from(demo.endsOn).add({ days: 1 }).toZonedDateTime(project.timeZone).epochMilliseconds;
  const lines = buildLines(journey, createTimeShift(demo.endsOn, project.timeZone), Math.min(kernel.clock.now(), endOfDay));
  await store.progress(projectId, { state: 'importing', total: lines.length, done: 0 });
  const { id } = await imports.start(projectId, { name: 'The Complete Journey', total: lines.length });
  const told = createTeller(lines.length);
  const onProgress = async (done: number): Promise<void> => {
    await store.progress(projectId, { state: 'importing', total: lines.length, done });
    told(done);
  };
  const lastDay = kernel.clock.now() - LAST_MS;
  const isPast = (line: ImportLine): boolean => Number(line.timestamp) < lastDay;
  const sending = { projectId, importId: id, isStopped };
  const past = lines.filter(isPast);
  await sendAll(parts, { ...sending, lines: past, firstLine: 1 }, onProgress);
  if (isStopped()) return store.release(projectId);
  await parts.addExamples(projectId);
  await sendAll(parts, { ...sending, lines: lines.filter((line) => !isPast(line)), firstLine: past.length + 1 }, onProgress);
  if (isStopped()) return store.release(projectId);
  await imports.finish(projectId, id, 'done');
  await store.setState(projectId, 'ready');
}

interface Sending {
  projectId: number;
  importId: string;
  lines: readonly ImportLine[];
  /** Number of the first of them in the whole import. */
  firstLine: number;
  isStopped(): boolean;
}

async function sendAll(parts: Filling, sending: Sending, onProgress: (done: number) => Promise<void>): Promise<void> {
  const { projectId, importId, lines, firstLine } = sending;
  let next = 0;
  let done = firstLine - 1;
  const sender = async (): Promise<void> => {
    while (next < lines.length && !sending.isStopped()) {
      const from = next;
      next += CHUNK_MAX;
      const chunk = lines.slice(from, next);
      await parts.imports.add(projectId, importId, {
        firstLine: firstLine + from,
        lines: chunk,
        source: 'demo',
        passive: (line) => line.event === 'Campaign Received',
      });
      done += chunk.length;
      await onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: CHUNKS_IN_FLIGHT }, sender));
}

/** Says each tenth of the way on the terminal. */
function createTeller(total: number): (done: number) => void {
  const startedAt = performance.now();
  let told = 0;
  return (done) => {
    const percent = Math.floor((done / total) * 10) * 10;
    if (percent <= told) return;
    told = percent;
    process.stdout.write(`demo data: ${percent} % (${done} of ${total} events, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s)\n`);
  };
}
