import { Input, Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Mapping, type TimeFormat, timeFormats } from '../contract.ts';
import { Field } from './Field.tsx';
import styles from './Imports.module.css';

/** Zones of this browser, the chosen one among them. */
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** What holds for all rows: events or people, the event's name, how times are written. */
export function MappingFields({ mapping, onChange }: { mapping: Mapping; onChange(mapping: Mapping): void }) {
  const { t } = useTranslation('imports');
  const hasTime = mapping.columns.some(({ role }) => role === 'time');
  const isEvents = mapping.content === 'events';
  return (
    <div className={styles['row']}>
      <Field label={t('mapping.content')}>
        <Segmented
          block
          value={mapping.content}
          options={(['events', 'people'] as const).map((value) => ({ value, label: t(`contents.${value}`) }))}
          onChange={(content) => onChange(withContent(mapping, content))}
        />
      </Field>
      {isEvents ? (
        <Field label={t('mapping.eventName')}>
          <Input
            value={mapping.eventName}
            maxLength={200}
            placeholder={t('mapping.eventNameExample')}
            onChange={(event) => onChange({ ...mapping, eventName: event.target.value })}
          />
        </Field>
      ) : null}
      {hasTime ? (
        <Field label={t('mapping.timeFormat')}>
          <Select<TimeFormat>
            value={mapping.timeFormat}
            options={timeFormats.map((value) => ({ value, label: t(`timeFormats.${value}`) }))}
            onChange={(timeFormat) => onChange({ ...mapping, timeFormat })}
          />
        </Field>
      ) : null}
      <Field label={t('mapping.timeZone')}>
        <Select
          showSearch
          value={mapping.timeZone}
          options={zones.map((value) => ({ value, label: value }))}
          onChange={(timeZone) => onChange({ ...mapping, timeZone })}
        />
      </Field>
    </div>
  );
}

/** Properties and traits change their names with what the rows are. */
function withContent(mapping: Mapping, content: Mapping['content']): Mapping {
  const turned = { property: 'trait', properties: 'traits', event: 'trait', key: 'trait' } as const;
  const columns = mapping.columns.map((column) =>
    content === 'people' && column.role in turned ? { ...column, role: turned[column.role as keyof typeof turned] } : column,
  );
  return { ...mapping, content, columns };
}
