import { Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schedule } from '../contract.ts';
import { Field } from './Field.tsx';

const starts: Record<Schedule['every'], Schedule> = {
  minutes: { every: 'minutes', minutes: 60 },
  day: { every: 'day', at: '03:00' },
  week: { every: 'week', weekday: 1, at: '03:00' },
};

/** How often the database is asked. */
export function ScheduleFields({ schedule, onChange }: { schedule: Schedule; onChange(schedule: Schedule): void }) {
  const { t } = useTranslation('pulls');
  return (
    <>
      <Field label={t('schedule')}>
        <Select
          value={schedule.every}
          options={(['minutes', 'day', 'week'] as const).map((value) => ({ value, label: t(`every.${value}`) }))}
          onChange={(every) => onChange(starts[every])}
        />
      </Field>
      {schedule.every === 'minutes' ? (
        <Field label={t('minutes')}>
          <InputNumber
            min={1}
            max={10_080}
            value={schedule.minutes}
            style={{ width: '100%' }}
            onChange={(minutes) => onChange({ every: 'minutes', minutes: minutes ?? 60 })}
          />
        </Field>
      ) : (
        <Field label={t('at')}>
          <Input type="time" value={schedule.at} onChange={(event) => onChange({ ...schedule, at: event.target.value })} />
        </Field>
      )}
      {schedule.every === 'week' ? (
        <Field label={t('weekday')}>
          <Select
            value={schedule.weekday}
            options={([1, 2, 3, 4, 5, 6, 7] as const).map((value) => ({ value: value as number, label: t(`weekdays.${value}`) }))}
            onChange={(weekday) => onChange({ ...schedule, weekday })}
          />
        </Field>
      ) : null}
    </>
  );
}
