import { Select } from 'antd';
import { BuilderField } from './BuilderField.tsx';
import type { Path } from './tree.ts';

interface PlainSelectProps<Value extends string> {
  path: Path;
  label: string;
  value: Value;
  options: readonly ({ value: Value; label: string } | { label: string; options: readonly { value: Value; label: string }[] })[];
  onChange(value: Value): void;
  widthPx?: number;
}

/** Chooses one of a few fixed things; as wide as its longest word. */
export function PlainSelect<Value extends string>({ path, label, value, options, onChange, widthPx }: PlainSelectProps<Value>) {
  return (
    <BuilderField path={path} label={label} widthPx={widthPx ?? 116}>
      {(marks) => (
        <Select
          {...marks}
          style={{ width: '100%' }}
          popupMatchSelectWidth={false}
          value={value}
          options={options as never}
          listHeight={420}
          onChange={(next: Value) => onChange(next)}
        />
      )}
    </BuilderField>
  );
}
