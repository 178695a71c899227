import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { QuestionFrame } from '../../../console/QuestionFrame.tsx';
import { useQuestion } from '../../../console/use-question.ts';
import { askPaths, type SavedInsight } from '../../../contract.ts';
import type { PathsQuestion } from '../question.ts';
import { PathsForm } from './PathsForm.tsx';
import { PathsResult } from './PathsResult.tsx';

/** Which ways people take. */
export function PathsPage({ initial, saved }: { initial: PathsQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askPaths, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<PathsForm question={question} onChange={set} />}
    >
      {(answer) => <PathsResult question={question} answer={answer} onChange={set} />}
    </QuestionFrame>
  );
}
