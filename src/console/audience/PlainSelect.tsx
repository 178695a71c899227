import { Select } from 'antd';
import { BuilderField } from './BuilderField.tsx';
import type { Path } from './tree.ts';

interface Option<Value extends string> {
  value: Value;
  label: string;
}

interface PlainSelectProps<Value extends string> {
  path: Path;
  label: string;
  value: Value;
  options: readonly (Option<Value> | { label: string; options: readonly Option<Value>[] })[];
  onChange(value: Value): void;
}

const WIDTH_MIN_PX = 72;
/** Padding, border and arrow. */
const AROUND_PX = 50;
const WIDE_LETTER_PX = 14;
const LETTER_PX = 8;

/** How wide a word is at the console's size, near enough for a field. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? WIDE_LETTER_PX : LETTER_PX), AROUND_PX);
}

/** Chooses one of a few fixed things; as wide as the word that is chosen, so that a row reads like a sentence. */
export function PlainSelect<Value extends string>({ path, label, value, options, onChange }: PlainSelectProps<Value>) {
  const all = options.flatMap((option) => ('options' in option ? option.options : [option]));
  const chosen = all.find((option) => option.value === value)?.label ?? value;
  return (
    <BuilderField path={path} label={label} widthPx={Math.max(WIDTH_MIN_PX, Math.ceil(widthOf(chosen)))}>
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
