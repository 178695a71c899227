import type { GatewayApi } from '../collect/gateway/index.ts';
import type { ImportLine } from '../collect/imports/contract.ts';
import type { Kernel, Service } from '../kernel/slice.ts';
import { anonymousIdOf, userIdOf } from './build-lines.ts';
import { chances, pick } from './chance.ts';
import type { DemoStore } from './demo-store.ts';
import { readJourney } from './read-journey.ts';
import { simulateVisit } from './simulate-visit.ts';

const PAUSE_MIN_MS = 1_500;
const PAUSE_SPREAD_MS = 3_000;
const BUYER_SHARE = 0.35;
const DEPARTMENTS = ['GROCERY', 'PRODUCE', 'DRUG GM', 'MEAT', 'PASTRY', 'DELI', 'FLORAL'] as const;

/** Plays visits of random households while a project's switch is on: some events every few seconds. Off, it costs nothing. */
export function createLiveService(parts: { kernel: Kernel; gateway: GatewayApi; store: DemoStore }): Service & { wake(): void } {
  const { kernel, store } = parts;
  let stopped = true;
  let timer: NodeJS.Timeout | undefined;
  let households: string[] | undefined;
  let playing: Promise<void> = Promise.resolve();
  const play = async (): Promise<void> => {
    const projects = await store.live();
    if (projects.length === 0 || stopped) {
      households = undefined;
      return;
    }
    households ??= [...new Set((await readJourney()).lines.map((line) => line.household))];
    for (const projectId of projects) await playVisit(parts, projectId, households);
    if (!stopped) timer = setTimeout(wake, PAUSE_MIN_MS + Math.random() * PAUSE_SPREAD_MS);
  };
  const wake = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    playing = playing.then(play).catch((error) => {
      kernel.log.warn({ error: String(error) }, 'live demo events were not taken; trying again');
      if (!stopped) timer = setTimeout(wake, PAUSE_MIN_MS + PAUSE_SPREAD_MS);
    });
  };
  return {
    name: 'demo live stream',
    roles: ['worker'],
    wake,
    async start() {
      stopped = false;
      wake();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await playing;
    },
  };
}

async function playVisit(parts: { kernel: Kernel; gateway: GatewayApi }, projectId: number, households: readonly string[]): Promise<void> {
  const { kernel, gateway } = parts;
  const key = `live:${kernel.ids.uuid()}`;
  const chance = chances(key);
  const household = pick(households, chance());
  const now = kernel.clock.now();
  const buys = chance() < BUYER_SHARE;
  const ids = { userId: userIdOf(household), anonymousId: anonymousIdOf(household) };
  const visit = simulateVisit({ key, ...ids, endsAt: now, departments: [pick(DEPARTMENTS, chance())], depth: buys ? 'checks_out' : 'looks' });
  // What happens live happens now: the visit's minutes are pressed into its last second.
  const lines: ImportLine[] = visit.map((line, index) => ({ ...line, timestamp: now - visit.length + index }));
  if (buys) {
    const revenue = Math.round((3 + chance() * 60) * 100) / 100;
    const properties = {
      order_id: key,
      revenue,
      items: 1 + Math.floor(chance() * 8),
      department: pick(DEPARTMENTS, chance()),
      used_coupon: chance() < 0.1,
      simulated: true,
    };
    lines.push({ type: 'track', event: 'Order Completed', ...ids, messageId: `${key}:order`, timestamp: now, properties });
  }
  const library = { name: 'simulated visitor' };
  const batch = lines.map((line) => ({ ...line, timestamp: new Date(line.timestamp).toISOString(), context: { library } }));
  await gateway.take(projectId, 'simulated', batch);
}
