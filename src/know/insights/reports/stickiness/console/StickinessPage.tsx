import { InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { EventSelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { FilterList } from '../../../console/FilterList.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { QuestionFrame } from '../../../console/QuestionFrame.tsx';
import { RangeField, trendPresets } from '../../../console/RangeField.tsx';
import { useQuestion } from '../../../console/use-question.ts';
import { askStickiness, intervals, type SavedInsight } from '../../../contract.ts';
import type { StickinessQuestion } from '../question.ts';
import { StickinessResult } from './StickinessResult.tsx';

export const firstStickiness: StickinessQuestion = {
  kind: 'stickiness',
  event: '',
  filters: [],
  interval: 'day',
  range: { kind: 'last', count: 30, unit: 'day' },
  times: { op: 'atLeast', value: 1 },
  view: 'exactly',
};

const operators = ['atLeast', 'atMost', 'exactly'] as const;
const views = ['exactly', 'atLeast'] as const;
const rangesOf = { hour: [24, 'hour'], day: [30, 'day'], week: [12, 'week'], month: [12, 'month'], quarter: [8, 'quarter'] } as const;

/** In how many intervals people were there. */
export function StickinessPage({ initial, saved }: { initial: StickinessQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askStickiness, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<StickinessForm question={question} onChange={set} />}
    >
      {(answer) => <StickinessResult question={question} answer={answer} />}
    </QuestionFrame>
  );
}

function StickinessForm({ question, onChange }: { question: StickinessQuestion; onChange(question: StickinessQuestion): void }) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<StickinessQuestion>) => onChange({ ...question, ...part });
  const { times } = question;
  const choose = (interval: StickinessQuestion['interval']) => {
    const [count, unit] = rangesOf[interval];
    set({ interval, range: { kind: 'last', count, unit } });
  };
  return (
    <>
      <EventSelect hasAny label={t('event')} value={question.event} onChange={(event) => set({ event, filters: [] })} />
      <FilterList event={question.event} filters={question.filters} onChange={(filters) => set({ filters })} />
      <Field label={t('interval')}>
        {(id) => (
          <Select
            id={id}
            value={question.interval}
            options={intervals.map((interval) => ({ value: interval, label: t(`intervals.${interval}`) }))}
            onChange={choose}
          />
        )}
      </Field>
      <RangeField range={question.range} presets={trendPresets} onChange={(range) => set({ range })} />
      <Field label={t('stickiness.times')}>
        {(id) => (
          <div className={styles['row']}>
            <Select
              id={id}
              value={times.op}
              options={operators.map((op) => ({ value: op, label: t(`stickiness.operators.${op}`) }))}
              onChange={(op) => set({ times: { ...times, op } })}
            />
            <InputNumber
              aria-label={t('stickiness.timesValue')}
              min={1}
              max={1_000}
              value={times.value}
              onChange={(value) => set({ times: { ...times, value: value ?? 1 } })}
            />
          </div>
        )}
      </Field>
      <Field label={t('stickiness.view')}>
        {(id) => (
          <Select
            id={id}
            value={question.view}
            options={views.map((view) => ({ value: view, label: t(`stickiness.views.${view}`) }))}
            onChange={(view) => set({ view })}
          />
        )}
      </Field>
      <AudienceField question={question} onChange={onChange} />
    </>
  );
}
