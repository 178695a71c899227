import { Input, InputNumber } from 'antd';
import { BuilderField } from './BuilderField.tsx';
import { NO_NUMBER } from './starts.ts';
import type { Path } from './tree.ts';

interface NumberFieldProps {
  path: Path;
  label: string;
  value: number;
  onChange(value: number): void;
  /** True: whole numbers from `min` (1 unless given). */
  isWhole?: boolean;
  min?: number;
  widthPx?: number;
}

/** A number; an empty field is `NO_NUMBER`. */
export function NumberField({ path, label, value, onChange, isWhole = false, min, widthPx }: NumberFieldProps) {
  return (
    <BuilderField path={path} label={label} widthPx={widthPx ?? (isWhole ? 76 : 120)}>
      {(marks) => (
        <InputNumber<number>
          {...marks}
          style={{ width: '100%' }}
          value={typeof value === 'number' && Number.isFinite(value) ? value : null}
          {...(isWhole ? { min: min ?? 1, precision: 0 } : {})}
          inputMode={isWhole ? 'numeric' : 'decimal'}
          onChange={(next) => onChange(typeof next === 'number' ? next : NO_NUMBER)}
        />
      )}
    </BuilderField>
  );
}

interface DayFieldProps {
  path: Path;
  label: string;
  /** `2026-05-01`, or '' while there is none. */
  value: string;
  onChange(value: string): void;
}

/** A calendar day of the project. */
export function DayField({ path, label, value, onChange }: DayFieldProps) {
  return (
    <BuilderField path={path} label={label} widthPx={150}>
      {(marks) => (
        <Input {...marks} type="date" min="1970-01-01" max="2199-12-31" value={value ?? ''} onChange={(event) => onChange(event.target.value)} />
      )}
    </BuilderField>
  );
}
