import { expect, test } from 'vitest';
import { LocalDays } from './local-days.ts';

test('the day of an instant is the one that the calendar of the zone shows', () => {
  const days = new LocalDays();
  for (const zone of ['UTC', 'Asia/Shanghai', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Sao_Paulo']) {
    const oracle = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    for (let time = Date.parse('2026-10-20T00:00:00Z'); time < Date.parse('2026-11-05T00:00:00Z'); time += 617_000)
      expect(days.dayOf(zone, time)).toBe(oracle.format(time));
  }
});
