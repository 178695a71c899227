/** Every zone's offset is a multiple of this since 1970, so a quarter of an hour never spans two days. */
const QUARTER_MS = 900_000;
const QUARTERS_MAX = 20_000;

/** The calendar day of an instant in a time zone, fast enough for every event. */
export class LocalDays {
  readonly #zones = new Map<string, { format: Intl.DateTimeFormat; days: Map<number, string> }>();

  /** `YYYY-MM-DD`. Throws a RangeError for a zone that is not in the IANA list. */
  dayOf(timeZone: string, timeMs: number): string {
    let zone = this.#zones.get(timeZone);
    if (!zone) {
      zone = { format: new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }), days: new Map() };
      this.#zones.set(timeZone, zone);
    }
    const quarter = Math.floor(timeMs / QUARTER_MS);
    const known = zone.days.get(quarter);
    if (known !== undefined) return known;
    if (zone.days.size >= QUARTERS_MAX) zone.days.clear();
    const day = zone.format.format(quarter * QUARTER_MS);
    zone.days.set(quarter, day);
    return day;
  }
}
