import { Temporal } from 'temporal-polyfill';

/** Last day of the data set. */
const LAST_DAY = Temporal.PlainDate.from('2017-12-31');

/** Turns the data set's local times of 2017 into instants that end on a given day of a project's zone. */
export interface TimeShift {
  /** ms since 1970 UTC of `YYYY-MM-DD HH:MM:SS` (or a day, at `hour`), moved. */
  instant(local: string, hour?: number): number;
}

/** `endsOn` is `YYYY-MM-DD`. Weekdays move with it; the time of day stays. */
export function createTimeShift(endsOn: string, timeZone: string): TimeShift {
  const days = LAST_DAY.until(Temporal.PlainDate.from(endsOn), { largestUnit: 'days' }).days;
  const offsets = new Map<string, number>();
  /** Milliseconds from UTC to the local noon of a day of 2017 after the shift. */
  const startOf = (day: string): number => {
    let start = offsets.get(day);
    if (start === undefined) {
      start = Temporal.PlainDate.from(day).add({ days }).toZonedDateTime({ timeZone, plainTime: '12:00' }).epochMilliseconds - 12 * 3_600_000;
      offsets.set(day, start);
    }
    return start;
  };
  return {
    instant(local, hour = 0) {
      const [day = '', clock] = local.split(' ');
      const [hours = hour, minutes = 0, seconds = 0] = clock ? clock.split(':').map(Number) : [hour];
      return startOf(day) + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
    },
  };
}
