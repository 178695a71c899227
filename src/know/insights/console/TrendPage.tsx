import { Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { askTrend, intervals, type Measure, type SavedInsight, type TrendQuestion } from '../contract.ts';
import { AudienceField } from './AudienceField.tsx';
import { EventSelect, PropertySelect } from './EventSelect.tsx';
import { Field } from './Field.tsx';
import { FilterList } from './FilterList.tsx';
import { QuestionFrame } from './QuestionFrame.tsx';
import { RangeField, trendPresets } from './RangeField.tsx';
import { TrendResult } from './TrendResult.tsx';
import { useQuestion } from './use-question.ts';

/** How often, or by how many people, an event happened. */
export function TrendPage({ initial, saved }: { initial: TrendQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askTrend, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<TrendForm question={question} onChange={set} />}
    >
      {(answer) => <TrendResult question={question} answer={answer} />}
    </QuestionFrame>
  );
}

interface TrendFormProps {
  question: TrendQuestion;
  onChange(question: TrendQuestion): void;
}

function TrendForm({ question, onChange }: TrendFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<TrendQuestion>) => onChange({ ...question, ...part });
  const setBreakdown = (property: string | undefined) => {
    const { breakdown: _, ...rest } = question;
    onChange(property ? { ...rest, breakdown: { property, limit: 8 } } : rest);
  };
  return (
    <>
      <EventSelect label={t('event')} hasAny value={question.event} onChange={(event) => set({ event, filters: [] })} />
      <FilterList event={question.event} filters={question.filters} onChange={(filters) => set({ filters })} />
      <MeasureField question={question} onChange={(measure) => set({ measure })} />
      <Field label={t('interval')}>
        {(id) => (
          <Select
            id={id}
            value={question.interval}
            options={intervals.map((interval) => ({ value: interval, label: t(`intervals.${interval}`) }))}
            onChange={(interval) => set({ interval, ...(interval === 'hour' && { range: { kind: 'last', count: 24, unit: 'hour' } }) })}
          />
        )}
      </Field>
      <RangeField
        range={question.range}
        presets={trendPresets}
        onChange={(range) => set({ range, ...(range.kind === 'last' && range.unit === 'hour' && { interval: 'hour' }) })}
      />
      <PropertySelect
        label={t('breakdown')}
        event={question.event}
        value={question.breakdown?.property}
        placeholder={t('noBreakdown')}
        onChange={setBreakdown}
      />
      <AudienceField question={question} onChange={onChange} />
      <Field label={t('compare')}>
        {(id) => <span>{<Switch id={id} checked={question.compare} onChange={(compare) => set({ compare })} />}</span>}
      </Field>
    </>
  );
}

function MeasureField({ question, onChange }: { question: TrendQuestion; onChange(measure: Measure): void }) {
  const { t } = useTranslation('insights');
  const { measure } = question;
  const kinds = ['events', 'people', 'sum', 'average'] as const;
  const choose = (kind: Measure['kind']) =>
    onChange(kind === 'sum' || kind === 'average' ? { kind, property: 'property' in measure ? measure.property : '' } : { kind });
  return (
    <>
      <Field label={t('measure')}>
        {(id) => (
          <Select id={id} value={measure.kind} options={kinds.map((kind) => ({ value: kind, label: t(`measures.${kind}`) }))} onChange={choose} />
        )}
      </Field>
      {'property' in measure ? (
        <PropertySelect
          isNumeric
          label={t('measuredProperty')}
          event={question.event}
          value={measure.property || undefined}
          placeholder={t('chooseProperty')}
          onChange={(property) => onChange({ ...measure, property: property ?? '' })}
        />
      ) : null}
    </>
  );
}
