import type { Parameter } from '../../../kernel/clickhouse/clickhouse.ts';

/** Collects the parameters of one query; each value becomes `{prefix_N:Type}`. */
export class Bindings {
  readonly parameters: Record<string, Parameter> = {};
  readonly #prefix: string;
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Binds a value and gives the text that stands for it in the SQL. */
  add(type: string, value: Parameter): string {
    this.#count += 1;
    const name = `${this.#prefix}_${this.#count}`;
    this.parameters[name] = value;
    return `{${name}:${type}}`;
  }
}

/** A dotted path below a JSON column, quoted key by key. Paths cannot be bound, so each quote is escaped. */
export function jsonPath(column: string, path: string): string {
  const keys = path.split('.').map((key) => `\`${key.replaceAll('\\', '\\\\').replaceAll('`', '``')}\``);
  return `${column}.${keys.join('.')}`;
}
