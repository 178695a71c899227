import { useMemo } from 'react';
import { type Codec, useUrlState } from '../../../console/kit/use-url-state.ts';
import { type Cell, cellSchema, type Question, questionSchema } from '../contract.ts';

/** The question of the page, in the URL. What cannot be read there counts as not asked. */
export function useQuestion<Q extends Question>(initial: Q): [Q, (question: Q) => void] {
  const codec = useMemo<Codec<Q>>(
    () => ({
      write: (question) => JSON.stringify(question),
      read: (text) => {
        const read = questionSchema.safeParse(parse(text));
        return read.success && read.data.kind === initial.kind ? (read.data as Q) : undefined;
      },
    }),
    [initial.kind],
  );
  const [question, set] = useUrlState<Q>('question', initial, codec);
  return [question, (next) => set(next, { push: true })];
}

/** A number whose people are shown. */
export interface OpenCell {
  cell: Cell;
  asOf: number;
  /** What the number says, in the reader's words. */
  title: string;
}

const openCells: Codec<OpenCell | null> = {
  write: (open) => (open ? JSON.stringify(open) : ''),
  read: (text) => {
    const raw = parse(text) as Partial<OpenCell> | undefined;
    const cell = cellSchema.safeParse(raw?.cell);
    return cell.success && typeof raw?.asOf === 'number' ? { cell: cell.data, asOf: raw.asOf, title: String(raw.title ?? '') } : undefined;
  },
};

/** The number whose people are open, in the URL. */
export function useOpenCell(): [OpenCell | null, (open: OpenCell | null) => void] {
  const [open, set] = useUrlState<OpenCell | null>('people', null, openCells);
  return [open, (next) => set(next, { push: next !== null })];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
