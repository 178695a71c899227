/** A regular expression as a tree. `atom` holds the source of what matches one character. */
export type PatternNode =
  | { kind: 'atom'; source: string }
  | { kind: 'start' }
  | { kind: 'end' }
  | { kind: 'sequence'; parts: readonly PatternNode[] }
  | { kind: 'choice'; branches: readonly PatternNode[] }
  | { kind: 'repeat'; part: PatternNode; min: number; max: number };

/** Why a pattern cannot be used. `invalid`: no regular expression; `unsupported`: it looks around or back, which cannot be done in linear time. */
export class PatternFault extends Error {
  readonly reason: 'invalid' | 'unsupported' | 'too_large';
  constructor(reason: 'invalid' | 'unsupported' | 'too_large') {
    super(`the pattern is ${reason}`);
    this.reason = reason;
  }
}

const quantifier = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const escaped = /\\(?:[dDwWsStnrfv]|u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{[\w=]+\}|[\^$\\.*+?()[\]{}|/-])/y;
const characterClass = /\[(?:\\.|[^\]\\])*\]/uy;
const anyCharacter = /[^\\[\](){}*+?|]/uy;

/** Reads JavaScript's syntax (flag `u`) without lookaround, word boundaries and backreferences. Throws `PatternFault`. */
export function parsePattern(source: string): PatternNode {
  try {
    // The engine's own opinion first: what it refuses is no regular expression.
    new RegExp(source, 'u');
  } catch {
    throw new PatternFault('invalid');
  }
  const reader = new PatternReader(source);
  const tree = reader.choice();
  if (!reader.isAtEnd()) throw new PatternFault('invalid');
  return tree;
}

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  choice(): PatternNode {
    const branches = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      branches.push(this.#sequence());
    }
    return branches.length === 1 ? (branches[0] as PatternNode) : { kind: 'choice', branches };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.isAtEnd() && this.#source[this.#at] !== '|' && this.#source[this.#at] !== ')') parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): PatternNode {
    const part = this.#one();
    const sign = this.#take(quantifier);
    if (sign === undefined) return part;
    const [min, max] = bounds(sign);
    return { kind: 'repeat', part, min, max };
  }

  #one(): PatternNode {
    const sign = this.#source[this.#at];
    if (sign === '^' || sign === '$') {
      this.#at += 1;
      return { kind: sign === '^' ? 'start' : 'end' };
    }
    if (sign === '(') return this.#group();
    const source = this.#take(characterClass) ?? this.#take(escaped) ?? this.#take(anyCharacter);
    if (source === undefined) throw new PatternFault('unsupported');
    return { kind: 'atom', source };
  }

  #group(): PatternNode {
    const opening = this.#take(/\((?:\?:|\?<[A-Za-z_]\w*>|(?!\?))/y);
    if (opening === undefined) throw new PatternFault('unsupported');
    const inside = this.choice();
    this.#at += 1;
    return inside;
  }

  #take(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const found = token.exec(this.#source)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** Whether a repetition is greedy changes where a match ends, never whether there is one. */
function bounds(sign: string): [number, number] {
  if (sign.startsWith('*')) return [0, Infinity];
  if (sign.startsWith('+')) return [1, Infinity];
  if (sign.startsWith('?')) return [0, 1];
  const [min = '0', max] = sign.slice(1, sign.indexOf('}')).split(',');
  return [Number(min), max === undefined ? Number(min) : max === '' ? Infinity : Number(max)];
}
