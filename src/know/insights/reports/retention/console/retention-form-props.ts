import type { RetentionQuestion } from '../question.ts';

/** What every part of the form edits. */
export interface RetentionFormProps {
  question: RetentionQuestion;
  onChange(question: RetentionQuestion): void;
}
