import type { Answer, Cell, FunnelAnswer, RetentionAnswer, TrendAnswer } from './answers.ts';
import { refuse } from './contract.ts';
import { type Asking, type Frame, openFrame, type Piece, type Sources } from './frame.ts';
import { answerFunnel, peopleOfFunnelCell } from './funnel.ts';
import type { FunnelQuestion, Question, RetentionQuestion, TrendQuestion } from './questions.ts';
import { answerRetention, peopleOfRetentionCell } from './retention.ts';
import { answerTrend, peopleOfTrendCell } from './trend.ts';

type AnswerTo<Q extends Question> = Q extends TrendQuestion
  ? TrendAnswer
  : Q extends FunnelQuestion
    ? FunnelAnswer
    : Q extends RetentionQuestion
      ? RetentionAnswer
      : never;

/**
 * Answers a question on the stream as it is now. Throws `insights.too_slow` (60 s), `insights.too_heavy` (3 GiB), `insights.too_many_buckets`,
 * `audiences.condition_invalid`. Ends in the engine when the asker's signal aborts.
 */
export async function answer<Q extends Question>(sources: Sources, asking: Asking, question: Q): Promise<AnswerTo<Q>> {
  const frame = await openFrame(sources, asking, question.audience);
  return (await answerAny(frame, question)) as AnswerTo<Q>;
}

function answerAny(frame: Frame, question: Question): Promise<Answer> {
  switch (question.kind) {
    case 'trend':
      return answerTrend(frame, question);
    case 'funnel':
      return answerFunnel(frame, question);
    case 'retention':
      return answerRetention(frame, question);
  }
}

/** The query of `person` for the people behind a number, each once. Throws `insights.no_such_cell`. */
export async function peopleBehind(frame: Frame, question: Question, cell: Cell): Promise<Piece> {
  if (question.kind === 'trend' && cell.kind === 'trend') return peopleOfTrendCell(frame, question, cell);
  if (question.kind === 'funnel' && cell.kind === 'funnel') return peopleOfFunnelCell(frame, question, cell);
  if (question.kind === 'retention' && cell.kind === 'retention') return peopleOfRetentionCell(frame, question, cell);
  throw refuse('no_such_cell');
}
