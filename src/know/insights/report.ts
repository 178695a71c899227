import type { Answer, Cell } from './answers.ts';
import type { Frame, Piece } from './frame.ts';
import type { Question, QuestionKind } from './questions.ts';

type OfKind<Union extends { kind: string }, Kind> = Extract<Union, { kind: Kind }>;

/** One kind of report: how its question is answered, and who is behind a number of the answer. */
export interface Report<Kind extends QuestionKind> {
  /** Throws `insights.too_slow`, `insights.too_heavy`, `insights.too_many_buckets`. */
  answer(frame: Frame, question: OfKind<Question, Kind>): Promise<OfKind<Answer, Kind>>;
  /** The query of `person` for the people behind a number, each once. Throws `insights.no_such_cell`. */
  peopleOf(frame: Frame, question: OfKind<Question, Kind>, cell: OfKind<Cell, Kind>): Promise<Piece> | Piece;
}
