import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { QuestionFrame } from '../../../console/QuestionFrame.tsx';
import { RangeField, trendPresets } from '../../../console/RangeField.tsx';
import { useQuestion } from '../../../console/use-question.ts';
import { askFunnel, type FunnelQuestion, type SavedInsight } from '../../../contract.ts';
import { DurationField } from './DurationField.tsx';
import { FunnelMeasures } from './FunnelMeasures.tsx';
import { FunnelResult } from './FunnelResult.tsx';
import { FunnelRules } from './FunnelRules.tsx';
import { FunnelSteps } from './FunnelSteps.tsx';

/** How far people come along steps. */
export function FunnelPage({ initial, saved }: { initial: FunnelQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askFunnel, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<FunnelForm question={question} onChange={set} />}
    >
      {(answer) => <FunnelResult question={question} answer={answer} />}
    </QuestionFrame>
  );
}

interface FunnelFormProps {
  question: FunnelQuestion;
  onChange(question: FunnelQuestion): void;
}

function FunnelForm({ question, onChange }: FunnelFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<FunnelQuestion>) => onChange({ ...question, ...part });
  return (
    <>
      <FunnelSteps question={question} onChange={onChange} />
      {question.within === undefined || question.within === 'window' ? (
        <DurationField label={t('window')} value={question.window} onChange={(window) => window && set({ window })} />
      ) : null}
      <RangeField label={t('funnelRange')} range={question.range} presets={trendPresets} onChange={(range) => set({ range })} />
      <FunnelRules question={question} onChange={onChange} />
      <FunnelMeasures question={question} onChange={onChange} />
      <AudienceField question={question} onChange={onChange} />
    </>
  );
}
