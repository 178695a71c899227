import { Button, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { EventSelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { QuestionFrame } from '../../../console/QuestionFrame.tsx';
import { RangeField, retentionPresets } from '../../../console/RangeField.tsx';
import { useQuestion } from '../../../console/use-question.ts';
import { askLifecycle, type SavedInsight } from '../../../contract.ts';
import { type LifecycleQuestion, lifecycleIntervals, SILENCE_MAX } from '../question.ts';
import { LifecycleResult } from './LifecycleResult.tsx';

export const firstLifecycle: LifecycleQuestion = {
  kind: 'lifecycle',
  event: '',
  interval: 'week',
  range: { kind: 'last', count: 12, unit: 'week' },
  wakeLatency: 1,
  newBy: 'firstEvent',
};

/** The five groups that Chinese tools show by day: new, active again, back, asleep, and lost after two weeks of silence. */
const fiveGroups: Partial<LifecycleQuestion> = { interval: 'day', range: { kind: 'last', count: 30, unit: 'day' }, wakeLatency: 1, lostAfter: 14 };

/** New, returning, resurrecting and dormant people. */
export function LifecyclePage({ initial, saved }: { initial: LifecycleQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askLifecycle, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<LifecycleForm question={question} onChange={set} />}
    >
      {(answer) => <LifecycleResult question={question} answer={answer} />}
    </QuestionFrame>
  );
}

function LifecycleForm({ question, onChange }: { question: LifecycleQuestion; onChange(question: LifecycleQuestion): void }) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<LifecycleQuestion>) => onChange({ ...question, ...part });
  return (
    <>
      <EventSelect hasAny label={t('event')} value={question.event} onChange={(event) => set({ event })} />
      <Field label={t('interval')}>
        {(id) => (
          <Select
            id={id}
            value={question.interval}
            options={lifecycleIntervals.map((interval) => ({ value: interval, label: t(`intervals.${interval}`) }))}
            onChange={(interval) => set({ interval, range: { kind: 'last', count: interval === 'day' ? 30 : 12, unit: interval } })}
          />
        )}
      </Field>
      <RangeField range={question.range} presets={retentionPresets} onChange={(range) => set({ range })} />
      <SilenceFields question={question} onChange={onChange} />
      <Field label={t('lifecycle.newBy')}>
        {(id) => (
          <Select
            id={id}
            value={question.newBy}
            options={(['firstEvent', 'personCreated'] as const).map((newBy) => ({ value: newBy, label: t(`lifecycle.newByNames.${newBy}`) }))}
            onChange={(newBy) => set({ newBy })}
          />
        )}
      </Field>
      <AudienceField question={question} onChange={onChange} />
      <Button type="dashed" onClick={() => set(fiveGroups)}>
        {t('lifecycle.fiveGroups')}
      </Button>
    </>
  );
}

/** After how much silence somebody is asleep, and lost. */
function SilenceFields({ question, onChange }: { question: LifecycleQuestion; onChange(question: LifecycleQuestion): void }) {
  const { t } = useTranslation('insights');
  const setLost = (count: number | null) => {
    const { lostAfter: _, ...rest } = question;
    onChange(count === null ? rest : { ...rest, lostAfter: Math.max(count, question.wakeLatency + 1) });
  };
  const setLatency = (count: number) =>
    onChange({ ...question, wakeLatency: count, ...(question.lostAfter !== undefined && { lostAfter: Math.max(question.lostAfter, count + 1) }) });
  return (
    <>
      <Field label={t('lifecycle.wakeLatency')}>
        {(id) => (
          <InputNumber
            id={id}
            style={{ width: '100%' }}
            min={1}
            max={SILENCE_MAX - 1}
            value={question.wakeLatency}
            onChange={(count) => setLatency(count ?? 1)}
          />
        )}
      </Field>
      <Field label={t('lifecycle.lostAfter')}>
        {(id) => (
          <InputNumber
            id={id}
            style={{ width: '100%' }}
            min={question.wakeLatency + 1}
            max={SILENCE_MAX}
            value={question.lostAfter ?? null}
            placeholder={t('lifecycle.lostNot')}
            onChange={setLost}
          />
        )}
      </Field>
    </>
  );
}
