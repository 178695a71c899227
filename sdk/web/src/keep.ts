import type { Environment } from './environment.ts';

const prefix = 'perennial.';
/** Ids that a cookie shares between subdomains. */
const inCookie = ['anonymousId', 'userId'];

/** What is remembered of the visitor: in the origin's storage when that is allowed and possible, else in this page's memory. */
export class Keep {
  private memory: Record<string, string> = {};
  private isPersistent = false;
  private environment: Environment;
  private cookieDomain: string | undefined;

  constructor(environment: Environment, cookieDomain: string | undefined) {
    this.environment = environment;
    this.cookieDomain = cookieDomain;
  }

  get(name: string): string | undefined {
    // What could not be written stands in memory alone, and is newer.
    const own = this.memory[name];
    if (own !== undefined || !this.isPersistent) return own;
    if (this.cookieDomain && inCookie.indexOf(name) >= 0) {
      const shared = this.environment.readCookie(prefix + name);
      if (shared) return shared;
    }
    return this.read(name);
  }

  set(name: string, value: string | undefined): void {
    delete this.memory[name];
    if (!this.isPersistent || !this.write(name, value)) {
      if (value !== undefined) this.memory[name] = value;
    }
    if (this.isPersistent && this.cookieDomain && inCookie.indexOf(name) >= 0) this.environment.writeCookie(prefix + name, value, this.cookieDomain);
  }

  /** From now on in storage (what memory holds is newer and goes there), or in memory only. */
  persist(isAllowed: boolean): void {
    if (this.isPersistent === isAllowed) return;
    this.isPersistent = isAllowed;
    const held = this.memory;
    this.memory = {};
    for (const name of Object.keys(held)) this.set(name, held[name]);
  }

  /** Takes away everything that we ever kept on this device, but the decision about consent. */
  wipe(): void {
    this.memory = {};
    for (const name of this.names('')) if (name !== 'consent') this.write(name, undefined);
    if (!this.cookieDomain) return;
    for (const name of inCookie) this.environment.writeCookie(prefix + name, undefined, this.cookieDomain);
  }

  /** Reads storage itself, allowed or not: whether there is a decision about consent. */
  read(name: string): string | undefined {
    try {
      return this.environment.storage().getItem(prefix + name) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Writes storage itself; false when it is blocked or full. */
  write(name: string, value: string | undefined): boolean {
    try {
      if (value === undefined) this.environment.storage().removeItem(prefix + name);
      else this.environment.storage().setItem(prefix + name, value);
      return true;
    } catch {
      return false;
    }
  }

  /** Names in storage that begin like this. */
  names(start: string): string[] {
    const found: string[] = [];
    try {
      const storage = this.environment.storage();
      for (let at = 0; at < storage.length; at += 1) {
        const name = storage.key(at);
        if (name !== null && name.indexOf(prefix + start) === 0) found.push(name.slice(prefix.length));
      }
    } catch {
      // Blocked storage holds nothing.
    }
    return found;
  }
}
