import type { Kernel, Service } from '../../kernel/slice.ts';
import type { OperationsApi } from '../../try/operations/index.ts';
import { composeMail } from './compose-mail.ts';
import type { DeliverySettings } from './contract.ts';
import { DeliveriesInHand, LEASE_MS } from './deliveries-in-hand.ts';
import { GroupCommit } from './group-commit.ts';
import type { HandOver, MailServer } from './mail-server.ts';
import { NO_SETTINGS, settingsOf } from './settings.ts';
import type { DeliveryRow } from './tables.ts';
import type { UnsubscribeLinks } from './unsubscribe-link.ts';

const BATCH = 100;
const AT_ONCE = 5;
const SLEEP_MOST_MS = 60_000;
const RETRY_ROUND_MS = 2_000;
const STOP_MAX_MS = 8_000;

/** Bus topic: something may be due. */
export const SEND_TOPIC = 'gate.send';

export interface SenderParts {
  kernel: Kernel;
  operations: OperationsApi;
  /** Undefined: mails stay in the built-in outbox. */
  mailServer: MailServer | undefined;
  mailFrom: string;
  links: UnsubscribeLinks;
}

/** Brings due messages to the mail server. Sleeps until the next one is due or somebody says so; several processes may run it. */
export class Sender implements Service {
  readonly name = 'gate.sender';
  readonly roles = ['worker'] as const;
  readonly #parts: SenderParts;
  readonly #hand: DeliveriesInHand;
  readonly #marks: GroupCommit<string, boolean>;
  readonly #ends: GroupCommit<Parameters<DeliveriesInHand['settle']>[0][number], undefined>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isStarted = false;
  #isStopping = false;
  #unsubscribe: (() => void) | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    const hand = new DeliveriesInHand(parts.kernel, parts.operations, parts.kernel.ids.uuid());
    this.#hand = hand;
    this.#marks = new GroupCommit((ids) => hand.mark(ids));
    this.#ends = new GroupCommit(async (ends) => {
      await hand.settle(ends);
      return ends.map(() => undefined);
    });
  }

  async start(): Promise<void> {
    this.#isStarted = true;
    this.#isStopping = false;
    const { kernel } = this.#parts;
    // The embedded store belongs to this process alone: whoever held leases is dead.
    const left = await this.#hand.recover(kernel.postgres.form === 'embedded');
    if (left.again + left.unknown > 0) kernel.log.warn(left, 'messages that were in hand when a process died');
    this.#unsubscribe = kernel.bus.subscribe(SEND_TOPIC, () => this.wake());
    this.wake();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#running, new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_MAX_MS)))]);
    clearTimeout(timer);
    this.#parts.mailServer?.close();
  }

  /** Looks for due messages now. */
  wake(): void {
    this.#isWanted = true;
    if (this.#running || this.#isStopping || !this.#isStarted) return;
    clearTimeout(this.#timer);
    this.#running = this.#work().then((sleepMs) => {
      this.#running = undefined;
      if (this.#isStopping) return;
      if (this.#isWanted) this.wake();
      else this.#timer = setTimeout(() => this.wake(), sleepMs);
    });
  }

  /** Sends everything that is due and gives how many messages were taken. */
  async sendDue(): Promise<number> {
    let total = 0;
    for (;;) {
      const rows = await this.#hand.take(BATCH);
      total += rows.length;
      if (rows.length > 0) await this.#sendAll(rows);
      if (rows.length === 0 || this.#isStopping) return total;
    }
  }

  async #work(): Promise<number> {
    this.#isWanted = false;
    const { kernel } = this.#parts;
    try {
      await this.#hand.recover(false);
      await this.sendDue();
      const next = await this.#hand.nextDueMs();
      return next === undefined ? SLEEP_MOST_MS : Math.min(Math.max(next - kernel.clock.now(), 50), SLEEP_MOST_MS);
    } catch (error) {
      kernel.log.error({ error: String(error) }, 'the sender could not work');
      return RETRY_ROUND_MS;
    }
  }

  async #sendAll(rows: readonly DeliveryRow[]): Promise<void> {
    if (!this.#parts.mailServer) {
      await this.#hand.settle(rows.map((row) => ({ row, result: { outcome: 'outbox' } })));
      return;
    }
    const waiting = [...rows];
    const open = new Set(rows.map((row) => row.id));
    const renewal = setInterval(() => this.#renew([...open]), LEASE_MS / 3);
    // When the server is down, the others of the batch share the fate of the first instead of knocking one by one.
    let down: { error: string } | undefined;
    const settings = await this.#settingsFor(rows);
    const worker = async (): Promise<void> => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        if (this.#isStopping) {
          waiting.unshift(row);
          return;
        }
        const result: HandOver = down
          ? { outcome: 'later', error: down.error, isServerDown: true }
          : await this.#sendOne(row, settings.get(row.project_id) ?? NO_SETTINGS);
        if (result.outcome === 'later' && result.isServerDown) down ??= result;
        if (result.outcome !== 'lost_lease') await this.#settle(row, result);
        open.delete(row.id);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } finally {
      clearInterval(renewal);
    }
    await this.#hand.putBack(waiting.map((row) => row.id));
  }

  /** A result that cannot be written leaves the row in hand; its lease runs out and it becomes due again or unknown. */
  async #settle(row: DeliveryRow, result: Exclude<HandOver, { outcome: 'lost_lease' }>): Promise<void> {
    try {
      await this.#ends.add({ row, result });
    } catch (error) {
      this.#parts.kernel.log.error(
        { deliveryId: row.id, outcome: result.outcome, error: String(error) },
        'the outcome of a message could not be written',
      );
    }
  }

  async #settingsFor(rows: readonly DeliveryRow[]): Promise<Map<number, DeliverySettings>> {
    const db = this.#parts.kernel.postgres.as<object>();
    const settings = new Map<number, DeliverySettings>();
    for (const projectId of new Set(rows.map((row) => row.project_id))) settings.set(projectId, await settingsOf(projectId, db));
    return settings;
  }

  async #sendOne(row: DeliveryRow, settings: DeliverySettings): Promise<HandOver> {
    const { mailServer, mailFrom, links } = this.#parts;
    if (!mailServer) return { outcome: 'lost_lease' };
    try {
      const subject = { projectId: row.project_id, personId: row.person_id, address: row.address ?? '' };
      const unsubscribeLink = row.category === 'marketing' ? links.linkTo(subject) : undefined;
      const mail = await composeMail(row, settings, { mailFrom, unsubscribeLink });
      return await mailServer.send(mail, () => this.#marks.add(row.id));
    } catch (error) {
      return { outcome: 'later', error: String(error), isServerDown: false };
    }
  }

  #renew(ids: readonly string[]): void {
    this.#hand.renew(ids).catch((error: unknown) => this.#parts.kernel.log.warn({ error: String(error) }, 'leases of messages were not renewed'));
  }
}
