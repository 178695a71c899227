import { useMemo, useState } from 'react';
import { type Codec, useUrlState } from '../../../console/kit/use-url-state.ts';
import { type Cell, cellSchema, type Question, questionSchema } from '../contract.ts';

/** The question that a page edits. */
export interface Editing<Q extends Question> {
  question: Q;
  set(question: Q): void;
  /** True while something is still missing: such a question cannot be asked and does not stand in the URL. */
  isIncomplete: boolean;
}

/** The question of the page, in the URL. What cannot be read there counts as not asked. */
export function useQuestion<Q extends Question>(initial: Q): Editing<Q> {
  const codec = useMemo<Codec<Q>>(
    () => ({ write: (question) => JSON.stringify(question), read: (text) => readQuestion(parse(text), initial.kind) }),
    [initial.kind],
  );
  const [asked, ask] = useUrlState<Q>('question', initial, codec);
  const [draft, setDraft] = useState<{ of: Q; question: Q }>();
  const isIncomplete = draft?.of === asked;
  const set = (next: Q) => {
    const complete = readQuestion<Q>(next, initial.kind);
    setDraft(complete ? undefined : { of: asked, question: next });
    if (complete) ask(complete, { push: true });
  };
  return { question: isIncomplete ? draft.question : asked, set, isIncomplete };
}

function readQuestion<Q extends Question>(value: unknown, kind: Q['kind']): Q | undefined {
  const read = questionSchema.safeParse(value);
  return read.success && read.data.kind === kind ? (read.data as Q) : undefined;
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
