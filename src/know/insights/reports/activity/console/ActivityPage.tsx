import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { EventSelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { QuestionFrame } from '../../../console/QuestionFrame.tsx';
import { RangeField, trendPresets } from '../../../console/RangeField.tsx';
import { useQuestion } from '../../../console/use-question.ts';
import { askActivity, type SavedInsight } from '../../../contract.ts';
import { type ActivityQuestion, activityIntervals } from '../question.ts';
import { ActivityResult } from './ActivityResult.tsx';

export const firstActivity: ActivityQuestion = {
  kind: 'activity',
  event: '',
  clock: 'trailing',
  interval: 'day',
  range: { kind: 'last', count: 30, unit: 'day' },
};

const clocks = ['trailing', 'calendar'] as const;
const dayPresets = trendPresets.filter(([, unit]) => unit !== 'hour');

/** DAU, WAU, MAU, their ratios and new people. */
export function ActivityPage({ initial, saved }: { initial: ActivityQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askActivity, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<ActivityForm question={question} onChange={set} />}
    >
      {(answer) => <ActivityResult question={question} answer={answer} />}
    </QuestionFrame>
  );
}

function ActivityForm({ question, onChange }: { question: ActivityQuestion; onChange(question: ActivityQuestion): void }) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<ActivityQuestion>) => onChange({ ...question, ...part });
  return (
    <>
      <EventSelect hasAny label={t('event')} value={question.event} onChange={(event) => set({ event })} />
      <Field label={t('activityReport.clock')}>
        {(id) => (
          <Select
            id={id}
            value={question.clock}
            options={clocks.map((clock) => ({ value: clock, label: t(`activityReport.clocks.${clock}`) }))}
            onChange={(clock) => set({ clock })}
          />
        )}
      </Field>
      {question.clock === 'calendar' ? (
        <Field label={t('interval')}>
          {(id) => (
            <Select
              id={id}
              value={question.interval}
              options={activityIntervals.map((interval) => ({ value: interval, label: t(`intervals.${interval}`) }))}
              onChange={(interval) => set({ interval, range: { kind: 'last', count: interval === 'day' ? 30 : 12, unit: interval } })}
            />
          )}
        </Field>
      ) : null}
      <RangeField range={question.range} presets={dayPresets} onChange={(range) => set({ range })} />
      <AudienceField question={question} onChange={onChange} />
    </>
  );
}
