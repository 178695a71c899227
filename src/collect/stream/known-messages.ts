import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import type { Log } from '../../kernel/log.ts';
import { MessageFilter } from './message-filter.ts';
import { knownMessages } from './queries/known-messages.ts';

/** Answers which messages are in the stream already: exact, and without asking the store when this process alone writes and an id is clearly new. */
export class KnownMessages {
  readonly #clickhouse: ClickHouse;
  readonly #log: Log;
  readonly #filter: MessageFilter | undefined;
  readonly #end = new AbortController();
  #filling: Promise<void> | undefined;

  constructor(parts: { clickhouse: ClickHouse; log: Log }) {
    this.#clickhouse = parts.clickhouse;
    this.#log = parts.log;
    // The embedded stores belong to one process; a server may have other writers.
    this.#filter = parts.clickhouse.form === 'embedded' ? new MessageFilter() : undefined;
  }

  /** Begins to fill the filter beside other work; until it is full every id is looked up. */
  begin(): void {
    this.#filling ??= this.#filter?.fill(this.#clickhouse, this.#end.signal).catch((error: unknown) => {
      if (!this.#end.signal.aborted) this.#log.warn({ error: String(error) }, 'message ids are looked up one by one: the filter could not be filled');
    });
  }

  /** Resolves when the filter is full or will never be. */
  async settled(): Promise<void> {
    await this.#filling;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#filling;
  }

  /** Which of these are written. */
  among(projectId: number, messageIds: readonly string[]): Promise<Set<string>> {
    const filter = this.#filter;
    return knownMessages(this.#clickhouse, projectId, filter ? messageIds.filter((id) => !filter.isNew(id)) : messageIds);
  }

  /** Has to be told before messages may be written. */
  willWrite(messageIds: Iterable<string>): void {
    if (this.#filter) for (const id of messageIds) this.#filter.add(id);
  }
}
