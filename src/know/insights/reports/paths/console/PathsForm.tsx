import { Checkbox, InputNumber, Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { PropertySelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { RangeField, trendPresets } from '../../../console/RangeField.tsx';
import { EventsField } from '../../sessions/console/EventsField.tsx';
import { RuleField } from '../../sessions/console/RuleField.tsx';
import { type PathsQuestion, pathWeights } from '../question.ts';
import { Cleaning } from './Cleaning.tsx';
import { NodeField } from './NodeField.tsx';

export interface PathsFormProps {
  question: PathsQuestion;
  onChange(question: PathsQuestion): void;
}

/** Events of more than this many kinds are told apart by name alone until they are labelled one by one. */
const LABEL_ROWS_MAX = 5;

export function PathsForm({ question, onChange }: PathsFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<PathsQuestion>) => onChange({ ...question, ...part });
  const without = (key: 'start' | 'end') => {
    const { [key]: _, ...rest } = question;
    return rest as PathsQuestion;
  };
  const isLabelled = (event: string) => question.labels.some((label) => label.event === event);
  return (
    <>
      <EventsField label={t('paths.include')} placeholder={t('anyEvent')} value={question.include} onChange={(include) => set({ include })} />
      {question.include.length === 0 ? (
        <EventsField
          label={t('paths.exclude')}
          placeholder={t('paths.excludeNone')}
          value={question.exclude}
          onChange={(exclude) => set({ exclude })}
        />
      ) : null}
      <Labels question={question} onChange={onChange} />
      <NodeField
        label={t('paths.start')}
        node={question.start}
        isLabelled={isLabelled}
        onChange={(start) => (start ? set({ start }) : onChange(without('start')))}
      />
      <NodeField
        label={t('paths.end')}
        node={question.end}
        isLabelled={isLabelled}
        onChange={(end) => (end ? set({ end }) : onChange(without('end')))}
      />
      {question.start || question.end ? (
        <Field label={t('paths.occurrence')}>
          {(id) => (
            <Select
              id={id}
              disabled={question.weight === 'occurrences'}
              value={question.occurrence}
              options={(['first', 'last'] as const).map((value) => ({ value, label: t(`paths.occurrences.${value}`) }))}
              onChange={(occurrence) => set({ occurrence })}
            />
          )}
        </Field>
      ) : (
        <Segmented
          block
          aria-label={t('paths.direction')}
          value={question.direction}
          options={(['forward', 'backward'] as const).map((value) => ({ value, label: t(`paths.directions.${value}`) }))}
          onChange={(direction) => set({ direction })}
        />
      )}
      <RangeField label={t('paths.range')} range={question.range} presets={trendPresets} onChange={(range) => set({ range })} />
      <RuleField rule={question.sessions} kinds={['rule', 'given', 'none']} onChange={(sessions) => set({ sessions })} />
      <Field label={t('paths.weight')}>
        {(id) => (
          <Select
            id={id}
            value={question.weight}
            options={pathWeights.map((value) => ({ value, label: t(`paths.weights.${value}`) }))}
            onChange={(weight) => set({ weight })}
          />
        )}
      </Field>
      <AudienceField question={question} onChange={onChange} />
      <Fine question={question} onChange={onChange} />
    </>
  );
}

/** The property that tells each chosen event's steps apart. */
function Labels({ question, onChange }: PathsFormProps) {
  const { t } = useTranslation('insights');
  const events = question.include.length > 0 ? question.include.slice(0, LABEL_ROWS_MAX) : ['$page'];
  const setLabel = (event: string, property: string | undefined) => {
    const others = question.labels.filter((label) => label.event !== event);
    onChange({
      ...question,
      labels: property ? [...others, { event, property }] : others,
      expanded: question.expanded.filter(({ node }) => node.event !== event),
    });
  };
  return events.map((event) => (
    <PropertySelect
      key={event}
      label={t('paths.labelOf', { event: t(`audiences:systemEvents.${event.slice(1)}`, { defaultValue: event }) })}
      event={event}
      value={question.labels.find((label) => label.event === event)?.property}
      placeholder={t('paths.noLabel')}
      onChange={(property) => setLabel(event, property)}
    />
  ));
}

/** What few readers change. */
function Fine({ question, onChange }: PathsFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<PathsQuestion>) => onChange({ ...question, ...part });
  const number = (key: 'maxSteps' | 'topNodesPerStep' | 'edgeLimit', [min, max]: readonly [number, number]) => (
    <Field label={t(`paths.${key}`)}>
      {(id) => (
        <InputNumber
          id={id}
          style={{ width: '100%' }}
          min={min}
          max={max}
          value={question[key]}
          onChange={(value) => value !== null && set({ [key]: value })}
        />
      )}
    </Field>
  );
  const bound = (key: 'minEdgeWeight' | 'maxEdgeWeight') => {
    const { [key]: current, ...rest } = question;
    return (
      <Field label={t(`paths.${key}`)}>
        {(id) => (
          <InputNumber
            id={id}
            style={{ width: '100%' }}
            min={0}
            max={1_000_000_000}
            value={current ?? null}
            onChange={(value) => onChange((value === null ? rest : { ...question, [key]: value }) as PathsQuestion)}
          />
        )}
      </Field>
    );
  };
  return (
    <details>
      <summary className={styles['label']}>{t('paths.fine')}</summary>
      <div className={styles['form']} style={{ marginTop: 12 }}>
        {number('maxSteps', [2, 20])}
        {number('topNodesPerStep', [1, 50])}
        {number('edgeLimit', [1, 500])}
        {bound('minEdgeWeight')}
        {bound('maxEdgeWeight')}
        <Field label={t('paths.time')}>
          {(id) => (
            <Select
              id={id}
              value={question.time}
              options={(['median', 'average'] as const).map((value) => ({ value, label: t(`paths.times.${value}`) }))}
              onChange={(time) => set({ time })}
            />
          )}
        </Field>
        <Checkbox checked={question.collapse} onChange={({ target }) => set({ collapse: target.checked })}>
          {t('paths.collapse')}
        </Checkbox>
        <Cleaning question={question} onChange={onChange} />
      </div>
    </details>
  );
}
