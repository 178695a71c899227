import type { PathsQuestion } from '../question.ts';

/** What each part of the form gets. */
export interface PathsFormProps {
  question: PathsQuestion;
  onChange(question: PathsQuestion): void;
}
