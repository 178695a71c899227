import type { Environment } from './environment.ts';
import type { Keep } from './keep.ts';
import { byteLength, limits } from './limits.ts';

/** A tab that has something waiting says so this often, where browsers have no locks. */
const beatMs = 20_000;
/** Where they have locks, this often is enough to look for what others left. */
const lookMs = 60_000;
/** And is taken for dead after this long: hidden tabs get a turn once a minute. */
const silentMs = 180_000;
/** Claims of two tabs at once are told apart within this time. */
const claimMs = 100;
const writeDelayMs = 100;

/**
 * Messages of this tab that wait, as JSON texts. They stand in storage under a name of the tab's own, so that tabs never write over each other; what a tab leaves behind
 * another one takes over, one at a time, by a lock of the tab's name or, where there are none, by a claim that is looked at again.
 * Form in storage: when the tab last wrote (0: it is gone), then a message a line.
 */
export class Outbox {
  /** The oldest first. */
  texts: string[] = [];
  private bytes = 0;
  private environment: Environment;
  private keep: Keep;
  private names: string;
  private name = '';
  private release: (() => void) | undefined;
  private isOpen = false;
  private isStored = false;
  private isBeating = false;
  private cancelWrite: (() => void) | undefined;
  private onNews: () => void;

  constructor(environment: Environment, keep: Keep, { writeKey, onNews }: { writeKey: string; onNews: () => void }) {
    this.environment = environment;
    this.keep = keep;
    this.names = `queue.${writeKey.slice(-8)}.`;
    this.onNews = onNews;
  }

  /** From now on in storage, with what other tabs left there. */
  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.name = this.names + this.environment.newId();
    this.release = this.environment.locks?.hold(this.name);
    this.write();
    this.adopt();
    if (!this.isBeating) this.beat();
  }

  /** What waits stays in storage for whoever comes next (`isKept`), or in this page's memory alone. */
  close(isKept: boolean): void {
    if (!this.isOpen) return;
    if (isKept) this.write(0);
    else this.keep.write(this.name, undefined);
    this.cancelWrite?.();
    this.cancelWrite = undefined;
    this.isOpen = false;
    if (isKept && this.isStored) this.clear();
    this.release?.();
  }

  /** Adds one; gives how many of the oldest had to go for it, after the first `inFlight`. */
  add(text: string, inFlight: number): number {
    this.texts.push(text);
    this.bytes += byteLength(text);
    let dropped = 0;
    while (this.texts.length > inFlight + 1 && (this.texts.length > limits.queueCountMax || this.bytes > limits.queueSizeMaxBytes)) {
      this.bytes -= byteLength(this.texts.splice(inFlight, 1)[0] as string);
      dropped += 1;
    }
    this.writeSoon();
    return dropped;
  }

  /** Takes some away: they are sent, or of no use. */
  remove(from: number, count: number): void {
    for (const text of this.texts.splice(from, count)) this.bytes -= byteLength(text);
    this.writeSoon();
  }

  clear(): void {
    this.texts = [];
    this.bytes = 0;
  }

  private writeSoon(): void {
    if (!this.isOpen || this.cancelWrite) return;
    this.cancelWrite = this.environment.later(() => {
      this.cancelWrite = undefined;
      if (this.isOpen) this.write();
    }, writeDelayMs);
  }

  /** Brings storage up to date. */
  write(at: number = this.environment.now()): void {
    if (!this.isOpen) return;
    const isEmpty = this.texts.length === 0;
    if (isEmpty && !this.isStored) return;
    this.isStored = this.keep.write(this.name, isEmpty ? undefined : [at, ...this.texts].join('\n')) && !isEmpty;
  }

  private beat(): void {
    this.isBeating = true;
    const { locks } = this.environment;
    this.environment.later(
      () => {
        if (!locks && this.isStored) this.write();
        if (this.isOpen) this.adopt();
        this.beat();
      },
      locks ? lookMs : beatMs,
    );
  }

  /** Takes over what tabs left that are gone. */
  adopt(): void {
    for (const name of this.keep.names(this.names)) {
      if (name === this.name || name.slice(-6) === '.claim') continue;
      const { locks } = this.environment;
      if (locks) locks.ifFree(name, () => this.take(name));
      else if (this.isAbandoned(name)) this.claim(name);
    }
  }

  private isAbandoned(name: string): boolean {
    const at = Number((this.keep.read(name) ?? '').split('\n')[0]);
    return !(Math.abs(this.environment.now() - at) < silentMs);
  }

  private claim(name: string): void {
    const claim = `${name}.claim`;
    this.keep.write(claim, this.name);
    this.environment.later(() => {
      if (this.keep.read(claim) !== this.name) return;
      if (this.isAbandoned(name)) this.take(name);
      this.keep.write(claim, undefined);
    }, claimMs);
  }

  private take(name: string): void {
    const left = this.keep.read(name);
    if (!this.isOpen || left === undefined) return;
    const texts = left.split('\n').slice(1);
    for (const text of texts) if (text[0] === '{') this.add(text, this.texts.length);
    this.write();
    this.keep.write(name, undefined);
    this.onNews();
  }
}
