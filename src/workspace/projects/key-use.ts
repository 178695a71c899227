import type { Kysely } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Service } from '../../kernel/slice.ts';
import type { ProjectTables } from './tables.ts';

const writeEveryMs = 60_000;

/** Notes in memory which keys are used and writes it once a minute, so that a busy key costs one UPDATE a minute and an idle one nothing. */
export class KeyUse {
  readonly #db: Kysely<ProjectTables>;
  readonly #clock: Clock;
  readonly #used = new Map<string, number>();

  constructor(db: Kysely<ProjectTables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  note(keyId: string): void {
    this.#used.set(keyId, this.#clock.now());
  }

  /** Writes what was noted since the last call. */
  async write(): Promise<void> {
    const used = [...this.#used];
    this.#used.clear();
    for (const [keyId, at] of used) {
      await this.#db
        .updateTable('api_keys')
        .set({ last_used_at: new Date(at) })
        .where('id', '=', keyId)
        .where((is) => is.or([is('last_used_at', 'is', null), is('last_used_at', '<', new Date(at))]))
        .execute();
    }
  }

  service(log: Log): Service {
    let timer: NodeJS.Timeout | undefined;
    // A lost note only makes "last used" older; it is no reason to fail.
    const write = (): Promise<void> => this.write().catch((error: unknown) => log.warn({ error: String(error) }, 'use of API keys was not written'));
    return {
      name: 'projects.key-use',
      roles: ['collect', 'web'],
      start: async () => {
        timer = setInterval(() => void write(), writeEveryMs);
        timer.unref();
      },
      stop: async () => {
        clearInterval(timer);
        await write();
      },
    };
  }
}
