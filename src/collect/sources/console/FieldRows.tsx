import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { type MappedField, valueKinds } from '../contract.ts';
import { type FoundPath, PathInput } from './PathInput.tsx';
import styles from './Sources.module.css';

export interface FieldRow {
  name: string;
  path: string;
  as?: MappedField['as'];
}

interface FieldRowsProps {
  label: string;
  nameLabel: string;
  rows: readonly FieldRow[];
  paths: readonly FoundPath[];
  /** Whether each row says how its value is read. */
  hasKinds?: boolean;
  onChange(rows: FieldRow[]): void;
}

/** A list of names with the place that each is read from. */
export function FieldRows({ label, nameLabel, rows, paths, hasKinds = false, onChange }: FieldRowsProps) {
  const { t } = useTranslation('sources');
  const set = (place: number, changes: Partial<FieldRow>): void =>
    onChange(rows.map((row, index) => (index === place ? { ...row, ...changes } : row)));
  return (
    <fieldset className={styles['rows']}>
      <legend>{label}</legend>
      {rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and are only added at the end
        <div key={place} className={hasKinds ? styles['row3'] : styles['row2']}>
          <Input
            aria-label={`${label} ${place + 1}: ${nameLabel}`}
            placeholder={nameLabel}
            value={row.name}
            maxLength={200}
            onChange={(event) => set(place, { name: event.target.value })}
          />
          <PathInput label={`${label} ${place + 1}: ${t('map.path')}`} value={row.path} paths={paths} onChange={(path) => set(place, { path })} />
          {hasKinds ? (
            <Select
              aria-label={`${label} ${place + 1}: ${t('map.as')}`}
              value={row.as ?? 'auto'}
              options={valueKinds.map((kind) => ({ value: kind, label: t(`map.values.${kind}`) }))}
              onChange={(as: MappedField['as']) => set(place, { as })}
            />
          ) : null}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('map.remove')}
            onClick={() => onChange(rows.filter((_, index) => index !== place))}
          />
        </div>
      ))}
      <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => onChange([...rows, { name: '', path: '' }])}>
        {t('map.add')}
      </Button>
    </fieldset>
  );
}
