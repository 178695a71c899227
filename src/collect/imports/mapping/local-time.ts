const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Offsets change on quarters of an hour at the finest. */
const BUCKET_MS = 900_000;
const REMEMBERED_MAX = 50_000;

/** Turns wall-clock times of one IANA zone into instants. Cheap: offsets are remembered. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #offsets = new Map<number, number>();

  /** Throws a `RangeError` for an unknown zone. */
  constructor(timeZone: string) {
    this.#format =
      timeZone === 'UTC'
        ? undefined
        : new Intl.DateTimeFormat('en-US', {
            timeZone,
            hourCycle: 'h23',
            year: 'numeric',
            month: 'numeric',
            day: 'numeric',
            hour: 'numeric',
            minute: 'numeric',
            second: 'numeric',
            era: 'short',
          });
  }

  /**
   * `wall` is the wall clock read as if it were UTC (`Date.UTC(...)`). A time that was skipped moves forward, of a time that came twice the first is
   * taken (RFC 5545 3.3.5, Temporal's `compatible`).
   */
  instantOf(wall: number): number {
    const before = this.#offsetAt(wall - DAY_MS);
    const after = this.#offsetAt(wall + DAY_MS);
    if (before === after || this.#offsetAt(wall - before) === before) return wall - before;
    if (this.#offsetAt(wall - after) === after) return wall - after;
    return wall - before;
  }

  #offsetAt(instant: number): number {
    if (this.#format === undefined) return 0;
    const bucket = Math.floor(instant / BUCKET_MS);
    const known = this.#offsets.get(bucket);
    if (known !== undefined) return known;
    if (this.#offsets.size >= REMEMBERED_MAX) this.#offsets.clear();
    const offset = this.#read(bucket * BUCKET_MS);
    this.#offsets.set(bucket, offset);
    return offset;
  }

  #read(instant: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format?.formatToParts(instant) ?? []) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
  }
}
