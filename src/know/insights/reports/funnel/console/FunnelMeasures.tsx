import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { PropertySelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { type Attribution, attributions, type FunnelQuestion, intervals } from '../../../contract.ts';

interface FunnelMeasuresProps {
  question: FunnelQuestion;
  onChange(question: FunnelQuestion): void;
}

/** Breakdown with its attribution, and what is told besides counts: times, a histogram, sums, the trend, the period before. */
export function FunnelMeasures({ question, onChange }: FunnelMeasuresProps) {
  const { t } = useTranslation('insights');
  const last = question.steps.length;
  const check = (key: 'times' | 'compare', isChecked: boolean) => onChange({ ...question, [key]: isChecked });
  const put = <K extends 'sumOf' | 'trend' | 'histogram'>(key: K, value: FunnelQuestion[K]) => {
    const { [key]: _, ...rest } = question;
    onChange((value === undefined ? rest : { ...rest, [key]: value }) as FunnelQuestion);
  };
  return (
    <>
      <BreakdownFields question={question} onChange={onChange} />
      <Field label={t('funnel.trend')}>
        {(id) => (
          <Select
            id={id}
            allowClear
            value={question.trend ?? null}
            placeholder={t('funnel.noTrend')}
            options={intervals.map((value) => ({ value, label: t(`intervals.${value}`) }))}
            onChange={(trend) => put('trend', trend ?? undefined)}
          />
        )}
      </Field>
      <PropertySelect
        label={t('funnel.sumOf')}
        event={question.steps.at(-1)?.event ?? ''}
        value={question.sumOf}
        isNumeric
        placeholder={t('funnel.noSum')}
        onChange={(property) => put('sumOf', property)}
      />
      <Checkbox checked={question.times} onChange={(event) => check('times', event.target.checked)}>
        {t('funnel.times')}
      </Checkbox>
      <Checkbox
        checked={question.histogram !== undefined}
        onChange={(event) => put('histogram', event.target.checked ? { from: 1, to: last } : undefined)}
      >
        {t('funnel.histogram')}
      </Checkbox>
      {question.histogram ? (
        <HistogramFields question={question} histogram={question.histogram} onChange={(histogram) => put('histogram', histogram)} />
      ) : null}
      <Checkbox checked={question.compare ?? false} onChange={(event) => check('compare', event.target.checked)}>
        {t('compare')}
      </Checkbox>
    </>
  );
}

function BreakdownFields({ question, onChange }: FunnelMeasuresProps) {
  const { t } = useTranslation('insights');
  const { breakdown, attribution = { of: 'step' as const, step: 1 } } = question;
  const isByPerson = attribution.of === 'currentPerson' || attribution.of === 'personAtStep1';
  const setBreakdown = (property: string | undefined) => {
    const { breakdown: _, attribution: __, ...rest } = question;
    onChange(property ? { ...rest, breakdown: { property, limit: breakdown?.limit ?? 5 }, ...(question.attribution && { attribution }) } : rest);
  };
  const options = attributions.flatMap((of) => {
    if (of !== 'step') return question.order === 'unordered' && of === 'all' ? [] : [{ value: of, label: t(`funnel.attributions.${of}`) }];
    const steps = question.order === 'unordered' ? 1 : question.steps.length;
    return Array.from({ length: steps }, (_, index) => ({ value: `step-${index + 1}`, label: t('funnel.attributions.step', { number: index + 1 }) }));
  });
  const choose = (value: string) => {
    const [of, step] = value.split('-');
    onChange({ ...question, attribution: { of: of as Attribution['of'], step: Number(step ?? 1) } });
  };
  return (
    <>
      {isByPerson ? (
        <Field label={t('funnel.byTrait')}>
          {(id) => (
            <Select
              id={id}
              mode="tags"
              maxCount={1}
              value={breakdown ? [breakdown.property] : []}
              placeholder={t('noBreakdown')}
              onChange={(names: string[]) => setBreakdown(names.at(-1))}
            />
          )}
        </Field>
      ) : (
        <PropertySelect
          label={t('breakdown')}
          event={question.steps[attribution.of === 'step' ? attribution.step - 1 : 0]?.event ?? ''}
          value={breakdown?.property}
          placeholder={t('noBreakdown')}
          onChange={setBreakdown}
        />
      )}
      {breakdown ? (
        <Field label={t('funnel.attribution')}>
          {(id) => (
            <Select id={id} value={attribution.of === 'step' ? `step-${attribution.step}` : attribution.of} options={options} onChange={choose} />
          )}
        </Field>
      ) : null}
    </>
  );
}

type Histogram = NonNullable<FunnelQuestion['histogram']>;

function HistogramFields({
  question,
  histogram,
  onChange,
}: {
  question: FunnelQuestion;
  histogram: Histogram;
  onChange(histogram: Histogram): void;
}) {
  const { t } = useTranslation('insights');
  const places = question.steps.map((_, index) => ({ value: index + 1, label: t('step', { number: index + 1 }) }));
  return (
    <div style={{ display: 'flex', gap: 8 }}>
      <Select
        aria-label={t('funnel.histogramFrom')}
        style={{ flex: 1 }}
        value={histogram.from}
        options={places.slice(0, -1)}
        onChange={(from) => onChange({ ...histogram, from, to: Math.max(histogram.to, from + 1) })}
      />
      <Select
        aria-label={t('funnel.histogramTo')}
        style={{ flex: 1 }}
        value={histogram.to}
        options={places.slice(histogram.from)}
        onChange={(to) => onChange({ ...histogram, to })}
      />
    </div>
  );
}
