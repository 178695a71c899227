import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { quietUntil, zoneOf } from './quiet-hours.ts';

const HOUR = 3_600_000;
const clocks = new Map<string, Intl.DateTimeFormat>();
/** The wall clock of a zone as Intl shows it. Making a format costs a hundred times what using it does. */
function wall(ms: number, zone: string): string {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    clocks.set(zone, clock);
  }
  return clock.format(ms);
}

// Zones with and without summer time, on both hemispheres, with half and quarter hours; the days around their changes in 2026.
const zones = [
  'Asia/Shanghai',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Santiago',
  'Pacific/Auckland',
  'Africa/Casablanca',
  'America/St_Johns',
  'Pacific/Apia',
];

test.each([
  { from: '22:00', to: '08:00' },
  { from: '12:00', to: '14:00' },
  { from: '23:30', to: '02:30' },
  { from: '01:15', to: '02:15' },
])('quiet hours %j end at the first instant that the wall clock leaves them, in every zone and on every day of change', (quiet) => {
  const isQuiet = (time: string) => (quiet.from > quiet.to ? time >= quiet.from || time < quiet.to : time >= quiet.from && time < quiet.to);
  for (const zone of zones) {
    for (const day of changes(zone)) {
      for (let ms = day - 26 * HOUR; ms < day + 26 * HOUR; ms += HOUR / 2) {
        const until = quietUntil(quiet, zone, ms);
        // The oracle: Intl's wall clock, minute by minute.
        let expected = ms;
        while (isQuiet(wall(expected, zone))) expected += 60_000 * 5;
        expect([zone, new Date(ms).toISOString(), new Date(until).toISOString()]).toEqual([
          zone,
          new Date(ms).toISOString(),
          new Date(expected).toISOString(),
        ]);
      }
    }
  }
});

/** Instants of the changes of the zone in 2026, or one plain day. */
function changes(zone: string): number[] {
  const found: number[] = [];
  let at = Temporal.ZonedDateTime.from({ timeZone: zone, year: 2026, month: 1, day: 1 });
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (!next || next.year > 2026) break;
    found.push(next.epochMilliseconds);
    at = next;
  }
  return found.length > 0 ? found : [Date.UTC(2026, 5, 1)];
}

test('an unknown zone or a fixed offset falls back to the project', () => {
  expect(zoneOf({ timezone: 'Europe/Berlin' }, 'Asia/Shanghai')).toBe('Europe/Berlin');
  for (const timezone of ['Mars/Base', '+08:00', '', 5, null]) expect(zoneOf({ timezone }, 'Asia/Shanghai')).toBe('Asia/Shanghai');
  expect(zoneOf(null, 'Asia/Shanghai')).toBe('Asia/Shanghai');
});
