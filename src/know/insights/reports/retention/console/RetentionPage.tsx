import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { QuestionFrame } from '../../../console/QuestionFrame.tsx';
import { useQuestion } from '../../../console/use-question.ts';
import { askRetention, type SavedInsight } from '../../../contract.ts';
import type { RetentionQuestion } from '../question.ts';
import { RetentionForm } from './RetentionForm.tsx';
import { RetentionResult } from './RetentionResult.tsx';

export const firstRetention: RetentionQuestion = {
  kind: 'retention',
  start: '',
  startFilters: [],
  startMin: 1,
  return: '',
  returnFilters: [],
  returnMin: 1,
  type: 'firstInRange',
  mode: 'on',
  brackets: [1, 3, 4, 7, 15],
  interval: 'week',
  clock: 'calendar',
  zero: 'inOrder',
  denominator: 'cohort',
  view: 'retained',
  offsets: 8,
  range: { kind: 'last', count: 8, unit: 'week' },
};

/** How many of those who started come back. */
export function RetentionPage({ initial, saved }: { initial: RetentionQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askRetention, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<RetentionForm question={question} onChange={set} />}
    >
      {(answer) => <RetentionResult question={question} answer={answer} onChange={set} />}
    </QuestionFrame>
  );
}
