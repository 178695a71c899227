import type { Answer } from './answers.ts';
import type { SavedInsight } from './contract.ts';
import type { Question, QuestionInput } from './questions.ts';

/** What other slices may call. */
export interface InsightsApi {
  /** Answers a question now. Throws `insights.too_slow`, `insights.too_heavy`, `insights.too_many_buckets`. */
  answer(projectId: number, question: Question, signal?: AbortSignal): Promise<Answer>;
  /** Saves a question under a name. */
  save(projectId: number, input: { name: string; question: QuestionInput }): Promise<SavedInsight>;
}
