import { InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { askRetention, limits, type RetentionQuestion, retentionIntervals, retentionTypes, type SavedInsight } from '../contract.ts';
import { AudienceField } from './AudienceField.tsx';
import { EventSelect } from './EventSelect.tsx';
import { Field } from './Field.tsx';
import { QuestionFrame } from './QuestionFrame.tsx';
import { RangeField, retentionPresets } from './RangeField.tsx';
import { RetentionResult } from './RetentionResult.tsx';
import { useQuestion } from './use-question.ts';

const modes = ['on', 'onOrAfter'] as const;

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
      {(answer) => <RetentionResult question={question} answer={answer} />}
    </QuestionFrame>
  );
}

function RetentionForm({ question, onChange }: { question: RetentionQuestion; onChange(question: RetentionQuestion): void }) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<RetentionQuestion>) => onChange({ ...question, ...part });
  return (
    <>
      <EventSelect hasAny label={t('startEvent')} value={question.start} onChange={(start) => set({ start })} />
      <EventSelect hasAny label={t('returnEvent')} value={question.return} onChange={(event) => set({ return: event })} />
      <Field label={t('interval')}>
        {(id) => (
          <Select
            id={id}
            value={question.interval}
            options={retentionIntervals.map((interval) => ({ value: interval, label: t(`intervals.${interval}`) }))}
            onChange={(interval) =>
              set({ interval, range: { kind: 'last', count: interval === 'day' ? 14 : interval === 'week' ? 8 : 6, unit: interval } })
            }
          />
        )}
      </Field>
      <RangeField label={t('cohortRange')} range={question.range} presets={retentionPresets} onChange={(range) => set({ range })} />
      <Field label={t('offsets')}>
        {(id) => (
          <InputNumber
            id={id}
            style={{ width: '100%' }}
            min={1}
            max={limits.retentionOffsets}
            value={question.offsets}
            onChange={(offsets) => set({ offsets: offsets ?? 1 })}
          />
        )}
      </Field>
      <Field label={t('cohortType')}>
        {(id) => (
          <Select
            id={id}
            value={question.type}
            options={retentionTypes.map((type) => ({ value: type, label: t(`types.${type}`) }))}
            onChange={(type) => set({ type })}
          />
        )}
      </Field>
      <Field label={t('returnMode')}>
        {(id) => (
          <Select
            id={id}
            value={question.mode}
            options={modes.map((mode) => ({ value: mode, label: t(`modes.${mode}`) }))}
            onChange={(mode) => set({ mode })}
          />
        )}
      </Field>
      <AudienceField question={question} onChange={onChange} />
    </>
  );
}
