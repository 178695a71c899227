import { InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../console/Field.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { type FunnelWindow, windowUnits } from '../../../contract.ts';

interface DurationFieldProps {
  label: string;
  value: FunnelWindow | undefined;
  onChange(value: FunnelWindow | undefined): void;
}

/** A length of time that may be left out. */
export function DurationField({ label, value, onChange }: DurationFieldProps) {
  const { t } = useTranslation('insights');
  const unit = value?.unit ?? 'hour';
  return (
    <Field label={label}>
      {(id) => (
        <div className={styles['row']}>
          <InputNumber
            id={id}
            min={1}
            max={100_000}
            value={value?.count ?? null}
            placeholder={t('funnel.noLimit')}
            onChange={(count) => onChange(count ? { count, unit } : undefined)}
          />
          <Select
            aria-label={t('windowUnit')}
            style={{ width: 120 }}
            value={unit}
            options={windowUnits.map((one) => ({ value: one, label: t(`windowUnits.${one}`) }))}
            onChange={(next) => onChange(value && { ...value, unit: next })}
          />
        </div>
      )}
    </Field>
  );
}
