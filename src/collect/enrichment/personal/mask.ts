import { isIP } from 'node:net';
import { truncateAddress } from '../geography/geography.ts';
import type { Protection } from './protect.ts';

/** A value that is not shown: where it stood, and what became of it at the door. */
export interface MaskedValue {
  /** Dotted, as it was sent. */
  path: string;
  action: 'hash' | 'drop' | 'truncate';
}

/** What stands in the place of a value that is not shown. */
const MASK = '••••••';
const MASKED_MAX = 20;
const DEPTH_MAX = 40;
const addressName = /^(\$?ip|(client|user|remote)?_?ip_?(addr|address)?|cip|remote_?addr)$/i;
/** Fields of an entry that names its value beside it: `{ name: 'email', value: ... }`, `{ type: 'phone', id: ... }`. */
const naming = ['name', 'key', 'type', 'kind', 'operation'] as const;
const named = /^(value|id|(string|int|float|double)_value)$/;

/** How a project's rules hide values of what was sent. */
export interface MaskRules {
  protection: Protection | undefined;
  ip: 'keep' | 'truncate' | 'drop';
}

/**
 * A copy of what a client sent without the values that protection hashes or drops, for people who look at it. Clients put the same value into other places
 * than the event has it, so a value is hidden where its name is a rule's, wherever it stands, and where its hash is found in `became`, the protected event.
 */
export function maskSent(sent: unknown, became: string, rules: MaskRules): { shown: unknown; masked: MaskedValue[] } {
  const masker = new Masker(rules, became);
  return { shown: masker.copy(sent, [], undefined), masked: masker.masked };
}

class Masker {
  readonly masked: MaskedValue[] = [];
  readonly #rules: MaskRules;
  readonly #became: string;
  /** By the name in lower case, without a dollar: clients spell it as they like. */
  readonly #byName = new Map<string, 'hash' | 'drop'>();

  constructor(rules: MaskRules, became: string) {
    this.#rules = rules;
    this.#became = became;
    if (!rules.protection) return;
    const { property, trait, context, id } = rules.protection;
    for (const acts of [property, trait, id]) for (const [name, act] of acts) this.#byName.set(plain(name), act);
    for (const { path, act } of context) this.#byName.set(plain(path.join('.')), act);
  }

  copy(value: unknown, path: readonly string[], entryAct: 'hash' | 'drop' | undefined): unknown {
    const act = entryAct ?? this.#actOf(path);
    if (act !== undefined && value !== null && value !== undefined && value !== '' && !this.#isShown(value)) return this.#hide(path, act);
    if (path.length > DEPTH_MAX) return MASK;
    if (Array.isArray(value)) return value.map((each, index) => this.copy(each, [...path, String(index)], undefined));
    if (typeof value !== 'object' || value === null) return this.#leaf(value, path);
    const fields = value as Record<string, unknown>;
    const entry = this.#entryAct(fields);
    return Object.fromEntries(
      Object.entries(fields).map(([name, each]) => [name, this.copy(each, [...path, name], named.test(name) ? entry : undefined)]),
    );
  }

  #leaf(value: unknown, path: readonly string[]): unknown {
    const { protection, ip } = this.#rules;
    if (typeof value === 'string' && ip !== 'keep' && addressName.test(path.at(-1) ?? '') && isIP(value) !== 0) {
      if (ip === 'drop') return this.#hide(path, 'drop');
      this.#note(path, 'truncate');
      return truncateAddress(value) ?? MASK;
    }
    if (!protection || (typeof value !== 'string' && typeof value !== 'number') || value === '') return value;
    const hashed = protection.hash(value);
    return hashed !== value && this.#became.includes(String(hashed)) ? this.#hide(path, 'hash') : value;
  }

  /** What the event shows anyway under another name is no secret: a rule for `name` does not mean the library's name. */
  #isShown(value: unknown): boolean {
    return typeof value === 'string' && this.#became.includes(JSON.stringify(value));
  }

  /** A rule names the last parts of the path, and the longest one holds; places in lists do not count. */
  #actOf(path: readonly string[]): 'hash' | 'drop' | undefined {
    if (this.#byName.size === 0) return undefined;
    let name = '';
    let found: 'hash' | 'drop' | undefined;
    for (const part of path.filter((each) => !/^\d+$/.test(each)).reverse()) {
      name = name === '' ? plain(part) : `${plain(part)}.${name}`;
      found = this.#byName.get(name) ?? found;
    }
    return found;
  }

  #entryAct(fields: Record<string, unknown>): 'hash' | 'drop' | undefined {
    for (const field of naming) {
      const name = fields[field];
      const act = typeof name === 'string' ? this.#byName.get(plain(name)) : undefined;
      if (act !== undefined) return act;
    }
    return undefined;
  }

  #hide(path: readonly string[], action: MaskedValue['action']): string {
    this.#note(path, action);
    return MASK;
  }

  #note(path: readonly string[], action: MaskedValue['action']): void {
    if (this.masked.length < MASKED_MAX) this.masked.push({ path: path.join('.'), action });
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/^\$/, '');
}
