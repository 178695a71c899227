import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { PropertySelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { RangeField, trendPresets } from '../../../console/RangeField.tsx';
import { EventsField } from '../../sessions/console/EventsField.tsx';
import { RuleField } from '../../sessions/console/RuleField.tsx';
import { type PathsQuestion, pathWeights } from '../question.ts';
import { FineFields } from './FineFields.tsx';
import { NodeField } from './NodeField.tsx';
import type { PathsFormProps } from './paths-form-props.ts';

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
      <Ends question={question} onChange={onChange} />
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
      <FineFields question={question} onChange={onChange} />
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

/** Which occurrence of start or end counts; without them which way the columns are counted. */
function Ends({ question, onChange }: PathsFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<PathsQuestion>) => onChange({ ...question, ...part });
  if (question.start || question.end) {
    return (
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
    );
  }
  return (
    <Segmented
      block
      aria-label={t('paths.direction')}
      value={question.direction}
      options={(['forward', 'backward'] as const).map((value) => ({ value, label: t(`paths.directions.${value}`) }))}
      onChange={(direction) => set({ direction })}
    />
  );
}
