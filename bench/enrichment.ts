import { compileRules } from '../src/collect/enrichment/channels/classify.ts';
import { defaultChannelRules } from '../src/collect/enrichment/channels/default-rules.ts';
import { defaultSettings } from '../src/collect/enrichment/contract.ts';
import { Rates } from '../src/collect/enrichment/currency/rates.ts';
import { Devices } from '../src/collect/enrichment/device/device.ts';
import { createEnricher, type EnricherTools } from '../src/collect/enrichment/enricher.ts';
import { Geography } from '../src/collect/enrichment/geography/geography.ts';
import type { EnrichmentRequest } from '../src/collect/enrichment/index.ts';
import { FindingsStore } from '../src/collect/enrichment/personal/findings.ts';
import { protectionOf } from '../src/collect/enrichment/personal/protect.ts';
import type { Profile } from '../src/collect/enrichment/profiles.ts';
import { QualityCounter } from '../src/collect/enrichment/quality/quality-counter.ts';
import { Recent } from '../src/collect/enrichment/recent.ts';
import { SessionBook } from '../src/collect/enrichment/sessions/session-book.ts';
import type { IncomingEvent } from '../src/collect/stream/contract.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { LocalDays } from '../src/kernel/local-days.ts';
import { createMetrics } from '../src/kernel/metrics.ts';
import type { Postgres } from '../src/kernel/postgres/postgres.ts';

// What enrichment costs per event, in µs of one core: `node bench/enrichment.ts`. No store: nothing of it is asked per event.
const EVENTS = 300_000;
/** Events that are held at once: a bigger heap would measure the collector. */
const AT_ONCE = 5_000;
const DEVICES = 40_000;
const PAGES = 400;
const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.42(0x18002a2a) NetType/4G',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15',
];

const postgres = {} as Postgres;
const metric = createMetrics().counter('bench', 'bench', ['measure']);
const quality = new QualityCounter({ postgres, clock: systemClock, metric });
const tools = (): EnricherTools => ({
  geography: new Geography(),
  devices: new Devices(),
  book: new SessionBook(300_000),
  quality,
  findings: new FindingsStore({ postgres, clock: systemClock, quality }),
  tell: undefined,
});

const days = new LocalDays();

function profileOf(over: Partial<Profile> = {}): Profile {
  const settings = over.settings ?? defaultSettings;
  return {
    projectId: 1,
    settings,
    currency: 'CNY',
    dayOf: (timeMs) => days.dayOf('Asia/Shanghai', timeMs),
    sessionRule: { idleMs: 1_800_000, lengthMaxMs: 86_400_000, isCutAtMidnight: false, isCutOnCampaign: false },
    classify: compileRules(defaultChannelRules),
    channels: new Recent(10_000),
    rates: new Rates([], { ageMaxDays: 31, isBuiltInUsed: true }),
    protection: undefined,
    decided: new Set(),
    ...over,
  };
}

function makeEvents(first: number, start: number): { event: IncomingEvent; request: EnrichmentRequest }[] {
  return Array.from({ length: AT_ONCE }, (_, place) => {
    const index = first + place;
    const device = (index * 7_919) % DEVICES;
    const url = `https://shop.example.com/p/${index % PAGES}${index % 5 === 0 ? '?utm_source=baidu&utm_medium=cpc&utm_campaign=autumn' : ''}`;
    const page = { url, referrer: index % 3 === 0 ? 'https://www.baidu.com/link' : 'https://shop.example.com/' };
    return {
      event: {
        messageId: `m${index}`,
        kind: index % 2 === 0 ? ('page' as const) : ('track' as const),
        event: index % 2 === 0 ? '$page' : 'Product Added',
        anonymousId: `device-${device}`,
        time: start + index,
        sequence: 0,
        properties:
          index % 2 === 0
            ? { ...page, title: 'A page', path: '/p' }
            : { sku: `s${index % 1_000}`, price: 19.9, ...(index % 10 === 1 && { revenue: 19.9, currency: 'USD' }) },
        context: { page, locale: 'zh-CN', library: { name: 'analytics.js', version: '2' } },
      },
      request: {
        ip: `${1 + (device % 200)}.${(device * 7) % 256}.${(device * 13) % 256}.${device % 256}`,
        userAgent: browsers[device % browsers.length],
        receivedAt: start + index + 300,
        sentAt: start + index + 290,
      },
    };
  });
}

function measure(name: string, profile: Profile): void {
  const enricher = createEnricher(tools(), profile);
  const start = Date.now() - 600_000;
  let ms = 0;
  const cpu = { user: 0, system: 0 };
  // Twice: the first time for the compiler and the caches, as in a process that has run for a while.
  for (const isCounted of [false, true])
    for (let first = 0; first < EVENTS; first += AT_ONCE) {
      const made = makeEvents(first, start);
      const before = process.cpuUsage();
      const startedAt = performance.now();
      for (const { event, request } of made) enricher.apply(event, request);
      if (!isCounted) continue;
      ms += performance.now() - startedAt;
      const used = process.cpuUsage(before);
      cpu.user += used.user;
      cpu.system += used.system;
    }
  process.stdout.write(
    `${name.padEnd(44)} ${((ms * 1_000) / EVENTS).toFixed(2)} µs an event (${((cpu.user + cpu.system) / EVENTS).toFixed(2)} µs of processor), ${Math.round(EVENTS / (ms / 1_000)).toLocaleString('en')} events/s\n`,
  );
}

const nothing = {
  ...defaultSettings,
  isGeographyOn: false,
  isDeviceOn: false,
  isPersonalSought: false,
  sessions: { ...defaultSettings.sessions, isOn: false },
};
measure('as a new project has it', profileOf());
measure(
  'and two properties hashed',
  profileOf({
    protection: protectionOf(
      [
        { place: 'property', name: 'sku', action: 'hash' },
        { place: 'property', name: 'title', action: 'drop' },
      ],
      Buffer.alloc(32),
    ),
  }),
);
measure('without sessions', profileOf({ settings: { ...defaultSettings, sessions: nothing.sessions } }));
measure('without sessions, places, devices, search', profileOf({ settings: nothing }));
