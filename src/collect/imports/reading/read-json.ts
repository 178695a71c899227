import type { Row } from '../mapping/row-reader.ts';
import { refuseRow } from '../refuse-row.ts';
import type { ReadRow } from './read-row.ts';

const LINE_MAX = 4_194_304;
const RAW_SHOWN = 100_000;
const longNumber = /\d{16}/;

/** Lines of texts that come in pieces, without their ends. A line that is too long comes as undefined. */
export async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string | undefined> {
  let rest = '';
  let isSkipping = false;
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (isSkipping) isSkipping = false;
      else yield line.length > LINE_MAX ? undefined : line.endsWith('\r') ? line.slice(0, -1) : line;
    }
    if (rest.length > LINE_MAX) {
      if (!isSkipping) yield undefined;
      isSkipping = true;
      rest = '';
    }
  }
  if (rest !== '' && !isSkipping) yield rest;
}

/** One JSON object a line; empty lines are passed over but counted. */
export async function* readJsonLines(texts: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  let row = 0;
  for await (const line of linesOf(texts)) {
    row += 1;
    if (line === undefined) yield { row, raw: '', fault: refuseRow('row_too_large', { details: { max: LINE_MAX } }) };
    else if (line.trim() !== '') yield toRow(line, row);
  }
}

/** Objects that stand in one array, or one after another, over as many lines as they like. */
export async function* readJsonObjects(texts: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  const splitter = new ObjectSplitter();
  let row = 0;
  for await (const text of texts)
    for (const found of splitter.push(text)) {
      row += 1;
      if (found === undefined) yield { row, raw: '', fault: refuseRow('row_too_large', { details: { max: LINE_MAX } }) };
      else yield toRow(found, row);
    }
  const rest = splitter.rest();
  if (rest !== '') yield { row: row + 1, raw: rest, fault: refuseRow('row_unreadable', { details: { value: rest.slice(0, 80) } }) };
}

/** Cuts a text into its outermost objects by counting brackets outside of strings. */
class ObjectSplitter {
  #held = '';
  #depth = 0;
  #isText = false;
  #isEscaped = false;

  *push(text: string): Generator<string | undefined> {
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (this.#isText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === 92) this.#isEscaped = true;
        else if (code === 34) this.#isText = false;
      } else if (code === 34 && this.#depth > 0) this.#isText = true;
      else if (code === 123) {
        if (this.#depth === 0) start = at;
        this.#depth += 1;
      } else if (code === 125 && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        const whole = this.#held + text.slice(start, at + 1);
        this.#held = '';
        yield whole.length > LINE_MAX ? undefined : whole;
      }
    }
    if (this.#depth > 0 && this.#held.length <= LINE_MAX) this.#held += text.slice(start);
  }

  rest(): string {
    return this.#depth > 0 ? this.#held.slice(0, RAW_SHOWN) : '';
  }
}

function toRow(text: string, row: number): ReadRow {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return { row, raw: text, fault: refuseRow('row_unreadable', { details: { value: text.slice(0, 80) } }) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { row, raw: text, fault: refuseRow('row_not_object', { details: { value: text.slice(0, 80) } }) };
  return { row, record: value as Row, raw: text };
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/** A whole number that a double cannot hold (an id of 19 digits) stays as its digits. */
const keepDigits: Reviver = (_key, value, context) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && context?.source !== undefined && /^-?\d+$/.test(context.source)
    ? context.source
    : value;

export function parseJson(text: string): unknown {
  return longNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}
