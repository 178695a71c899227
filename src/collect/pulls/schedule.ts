import { LocalTime } from '../imports/index.ts';
import type { Schedule } from './contract.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The next time after `now` (ms) that a schedule names; days and weeks are those of the zone. */
export function nextRun(schedule: Schedule, timeZone: string, now: number): number {
  if (schedule.every === 'minutes') return now + schedule.minutes * MINUTE_MS;
  const local = new LocalTime(timeZone);
  const [hour = 0, minute = 0] = schedule.at.split(':').map(Number);
  const today = Date.parse(`${new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now)}T00:00:00Z`);
  for (let day = today; ; day += DAY_MS) {
    const weekday = new Date(day).getUTCDay() || 7;
    const at = local.instantOf(day + (hour * 60 + minute) * MINUTE_MS);
    if (at > now && (schedule.every === 'day' || weekday === schedule.weekday)) return at;
  }
}
