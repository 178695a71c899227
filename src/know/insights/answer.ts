import type { Answer, Cell } from './answers.ts';
import { refuse } from './contract.ts';
import { type Asking, type Frame, openFrame, type Piece, type Sources } from './frame.ts';
import type { Question, QuestionKind } from './questions.ts';
import type { Report } from './report.ts';
import { reports } from './reports.ts';

/** The answer to a question of the same kind. */
export type AnswerTo<Q extends Question> = Extract<Answer, { kind: Q['kind'] }>;

/**
 * Answers a question on the stream as it is now. Throws `insights.too_slow` (60 s), `insights.too_heavy` (3 GiB), `insights.too_many_buckets`,
 * `audiences.condition_invalid`. Ends in the engine when the asker's signal aborts.
 */
export async function answer<Q extends Question>(sources: Sources, asking: Asking, question: Q): Promise<AnswerTo<Q>> {
  const frame = await openFrame(sources, asking, question.audience);
  return (await reportOf(question).answer(frame, question as never)) as AnswerTo<Q>;
}

/** The query of `person` for the people behind a number, each once. Throws `insights.no_such_cell`. */
export async function peopleBehind(frame: Frame, question: Question, cell: Cell): Promise<Piece> {
  if (question.kind !== cell.kind) throw refuse('no_such_cell');
  return reportOf(question).peopleOf(frame, question as never, cell as never);
}

/** The registry holds for each kind a report of that kind; the compiler cannot follow a union through it. */
function reportOf(question: Question): Report<QuestionKind> {
  return reports[question.kind] as Report<QuestionKind>;
}
