import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Interval, Range } from '../contract.ts';
import { Field } from './Field.tsx';
import styles from './QuestionFrame.module.css';

type Preset = readonly [count: number, unit: Interval];

export const trendPresets: readonly Preset[] = [
  [24, 'hour'],
  [7, 'day'],
  [14, 'day'],
  [30, 'day'],
  [90, 'day'],
  [12, 'week'],
  [12, 'month'],
];
export const retentionPresets: readonly Preset[] = [
  [7, 'day'],
  [14, 'day'],
  [30, 'day'],
  [8, 'week'],
  [12, 'week'],
  [6, 'month'],
  [12, 'month'],
];

const DAY_MS = 86_400_000;
const shift = (day: string, days: number) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

interface RangeFieldProps {
  range: Range;
  onChange(range: Range): void;
  presets: readonly Preset[];
  label?: string;
}

/** A preset, or two days of the project's calendar, both of them in. */
export function RangeField({ range, onChange, presets, label }: RangeFieldProps) {
  const { t } = useTranslation('insights');
  const key = range.kind === 'last' ? `${range.count}-${range.unit}` : 'between';
  const named = presets.map(([count, unit]) => ({ value: `${count}-${unit}`, label: t(`lastUnits.${unit}`, { count }) }));
  const own =
    range.kind === 'last' && !named.some((one) => one.value === key)
      ? [{ value: key, label: t(`lastUnits.${range.unit}`, { count: range.count }) }]
      : [];
  const choose = (next: string) => {
    if (next === 'between') {
      const today = new Date().toISOString().slice(0, 10);
      onChange({ kind: 'between', from: shift(today, -29), to: shift(today, 1) });
      return;
    }
    const [count, unit] = next.split('-');
    onChange({ kind: 'last', count: Number(count), unit: unit as Interval });
  };
  const setDay = (from: string, last: string) => {
    if (from !== '' && last !== '' && from <= last) onChange({ kind: 'between', from, to: shift(last, 1) });
  };
  return (
    <Field label={label ?? t('range')}>
      {(id) => (
        <>
          <Select id={id} value={key} options={[...own, ...named, { value: 'between', label: t('between') }]} onChange={choose} />
          {range.kind === 'between' ? (
            <div className={styles['row']}>
              <Input
                type="date"
                aria-label={t('firstDay')}
                value={range.from}
                onChange={(event) => setDay(event.target.value, shift(range.to, -1))}
              />
              <Input type="date" aria-label={t('lastDay')} value={shift(range.to, -1)} onChange={(event) => setDay(range.from, event.target.value)} />
            </div>
          ) : null}
        </>
      )}
    </Field>
  );
}
