import { InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { EventSelect, PropertySelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { FilterList } from '../../../console/FilterList.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { RangeField, retentionPresets } from '../../../console/RangeField.tsx';
import { limits } from '../../../question-parts.ts';
import { type RetentionQuestion, retentionIntervals, retentionModes, retentionTypes } from '../question.ts';
import { isSameMatcher } from '../rules.ts';
import type { RetentionFormProps } from './retention-form-props.ts';
import { ThirdField } from './ThirdField.tsx';

const rangeCounts = { hour: 24, day: 14, week: 8, month: 6, quarter: 6 } as const;

/** Everything that a retention table can be asked. */
export function RetentionForm({ question, onChange }: RetentionFormProps) {
  const { t } = useTranslation('insights');
  const setBreakdown = (property: string | undefined) => {
    const { breakdown: _, ...rest } = question;
    onChange(property ? { ...rest, breakdown: { property, limit: 5 } } : rest);
  };
  return (
    <>
      <Matchers question={question} onChange={onChange} />
      <TimeFields question={question} onChange={onChange} />
      <RuleFields question={question} onChange={onChange} />
      <ThirdField question={question} onChange={onChange} />
      <PropertySelect
        label={t('breakdown')}
        event={question.start}
        value={question.breakdown?.property}
        placeholder={t('noBreakdown')}
        onChange={setBreakdown}
      />
      <AudienceField question={question} onChange={onChange} />
    </>
  );
}

function Matchers({ question, onChange }: RetentionFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<RetentionQuestion>) => onChange({ ...question, ...part });
  return (
    <>
      <Matcher
        label={t('startEvent')}
        event={question.start}
        min={question.startMin}
        onEvent={(start) => set({ start, startFilters: [] })}
        onMin={(startMin) => set({ startMin })}
      >
        <FilterList event={question.start} filters={question.startFilters} onChange={(startFilters) => set({ startFilters })} />
      </Matcher>
      <Matcher
        label={t('returnEvent')}
        event={question.return}
        min={question.returnMin}
        onEvent={(event) => set({ return: event, returnFilters: [] })}
        onMin={(returnMin) => set({ returnMin })}
      >
        <FilterList event={question.return} filters={question.returnFilters} onChange={(returnFilters) => set({ returnFilters })} />
      </Matcher>
    </>
  );
}

function TimeFields({ question, onChange }: RetentionFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<RetentionQuestion>) => onChange({ ...question, ...part });
  return (
    <>
      <Choice
        label={t('interval')}
        value={question.interval}
        options={retentionIntervals.map((interval) => ({ value: interval, label: t(`intervals.${interval}`) }))}
        onChange={(interval) => set({ interval, range: { kind: 'last', count: rangeCounts[interval], unit: interval } })}
      />
      <Choice
        label={t('retention.clockLabel')}
        value={question.clock}
        options={(['calendar', 'rolling'] as const).map((clock) => ({ value: clock, label: t(`retention.clock.${clock}`) }))}
        onChange={(clock) => set({ clock })}
      />
      <RangeField label={t('cohortRange')} range={question.range} presets={retentionPresets} onChange={(range) => set({ range })} />
      {question.mode === 'brackets' ? (
        <BracketsField key={question.brackets.join()} brackets={question.brackets} onChange={(brackets) => set({ brackets })} />
      ) : (
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
      )}
    </>
  );
}

function RuleFields({ question, onChange }: RetentionFormProps) {
  const { t } = useTranslation('insights');
  const choose = <Key extends 'type' | 'mode' | 'zero' | 'denominator' | 'view'>(
    key: Key,
    label: string,
    values: readonly RetentionQuestion[Key][],
  ) => (
    <Choice
      label={label}
      value={question[key]}
      options={values.map((value) => ({ value, label: t(`retention.${key}.${value}` as 'retention.view.lost') }))}
      onChange={(value) => onChange({ ...question, [key]: value })}
    />
  );
  return (
    <>
      {choose('type', t('cohortType'), retentionTypes)}
      {choose('mode', t('returnMode'), retentionModes)}
      {isSameMatcher(question) || question.clock === 'rolling' ? null : choose('zero', t('retention.zeroLabel'), ['inOrder', 'anyOrder'])}
      {choose('denominator', t('retention.denominatorLabel'), ['cohort', 'previous'])}
      {choose('view', t('retention.viewLabel'), ['retained', 'lost'])}
    </>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: { value: Value; label: string }[];
  onChange(value: Value): void;
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return <Field label={label}>{(id) => <Select<Value> id={id} value={value} options={options} onChange={onChange} />}</Field>;
}

interface MatcherProps {
  label: string;
  event: string;
  min: number;
  onEvent(event: string): void;
  onMin(min: number): void;
  children: ReactNode;
}

/** An event, its filters, and how often it must happen in an interval. */
function Matcher({ label, event, min, onEvent, onMin, children }: MatcherProps) {
  const { t } = useTranslation('insights');
  return (
    <div className={styles['step']}>
      <EventSelect hasAny label={label} value={event} onChange={onEvent} />
      {children}
      <Field label={t('retention.min')}>
        {(id) => <InputNumber id={id} style={{ width: '100%' }} min={1} max={1_000} value={min} onChange={(value) => onMin(value ?? 1)} />}
      </Field>
    </div>
  );
}

/** Sizes of the columns, as tags: 1, 3, 4, 7, 15. */
function BracketsField({ brackets, onChange }: { brackets: readonly number[]; onChange(brackets: number[]): void }) {
  const { t } = useTranslation('insights');
  const read = (texts: readonly string[]) => texts.map(Number).filter((size) => Number.isInteger(size) && size > 0 && size <= 366);
  return (
    <Field label={t('retention.brackets')}>
      {(id) => (
        <Select
          id={id}
          mode="tags"
          defaultValue={brackets.map((size, index) => `${size}${' '.repeat(index)}`)}
          options={[]}
          open={false}
          tokenSeparators={[',', ' ', '，']}
          onChange={(texts: string[]) => {
            const sizes = read(texts);
            if (sizes.length > 0) onChange(sizes);
          }}
        />
      )}
    </Field>
  );
}
