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
  async among(projectId: number, messageIds: readonly string[]): Promise<Set<string>> {
    const filter = this.#filter;
    const asked = filter ? messageIds.filter((id) => !filter.isNew(id)) : messageIds;
    return asked.length === 0 ? new Set() : knownMessages(this.#clickhouse, projectId, asked);
  }

  /** Whether a message may be in the stream already, so that `among` has to be asked; from now on it may. To be asked of each before it is written. */
  mayBeWritten(messageId: string): boolean {
    return this.#filter === undefined || !this.#filter.addNew(messageId);
  }
}
