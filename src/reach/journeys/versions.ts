import { type QueryExecutorProvider, sql } from 'kysely';
import { definitionSchema, type JourneyDefinition } from './contract.ts';

/** Published definitions in memory: they never change, so they never age. */
export class Versions {
  readonly #known = new Map<string, JourneyDefinition>();

  /** Definitions of these versions, keyed `journey:version`. Unknown ones are absent. */
  async definitions(
    wanted: readonly { journeyId: number; version: number }[],
    db: QueryExecutorProvider,
  ): Promise<(journeyId: number, version: number) => JourneyDefinition | undefined> {
    const missing = wanted.filter(({ journeyId, version }) => !this.#known.has(`${journeyId}:${version}`));
    if (missing.length > 0) {
      const { rows } = await sql<{ journey_id: number; version: number; definition: unknown }>`
        SELECT journey_id, version, definition FROM journey_versions
        WHERE (journey_id, version) IN (SELECT * FROM unnest(${missing.map((one) => one.journeyId)}::int[], ${missing.map((one) => one.version)}::int[]))`.execute(
        db,
      );
      for (const row of rows) this.#known.set(`${row.journey_id}:${row.version}`, definitionSchema.parse(row.definition));
    }
    return (journeyId, version) => this.#known.get(`${journeyId}:${version}`);
  }
}
