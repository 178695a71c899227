import { AutoComplete, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scalar } from '../../know/audiences/contract.ts';
import { useFormat } from '../kit/use-format.ts';
import { valueName } from '../kit/value-name.ts';
import styles from './AudienceBuilder.module.css';
import { BuilderField } from './BuilderField.tsx';
import { NumberField } from './NumberField.tsx';
import { PlainSelect } from './PlainSelect.tsx';
import { asType, soleType, typeOfValue, type ValueType } from './starts.ts';
import { below, type Path } from './tree.ts';
import { useDebounced } from './use-debounced.ts';
import { useValueChoices } from './use-suggestions.ts';

/** Whose values are meant: a trait (no event) or a property of an event, and which types were seen. */
export interface ValueSource {
  event?: string;
  name: string;
  types: ReadonlySet<ValueType> | undefined;
}

const TYPING_PAUSE_MS = 250;

interface ValueFieldProps {
  path: Path;
  value: Scalar;
  onChange(value: Scalar): void;
  source: ValueSource;
}

/** One value: text with suggestions, a number, or yes and no. The type can be changed where it is not certain. */
export function ValueField({ path, value, onChange, source }: ValueFieldProps) {
  const { t } = useTranslation('audiences');
  const type = typeOfValue(value);
  const isCertain = soleType(source.types) === type;
  const label = t('builder.fields.value');
  return (
    <>
      {isCertain ? null : <TypeSelect path={path} type={type} onChange={(next) => onChange(asType(value, next))} />}
      {type === 'number' ? <NumberField path={path} label={label} value={value as number} onChange={onChange} /> : null}
      {type === 'text' ? <TextField path={path} label={label} value={value as string} onChange={onChange} source={source} /> : null}
      {type === 'boolean' ? (
        <PlainSelect
          path={path}
          label={label}
          value={value === true ? 'yes' : 'no'}
          options={[
            { value: 'yes', label: t('builder.yes') },
            { value: 'no', label: t('builder.no') },
          ]}
          onChange={(next) => onChange(next === 'yes')}
        />
      ) : null}
    </>
  );
}

function TypeSelect({ path, type, onChange }: { path: Path; type: ValueType; onChange(type: ValueType): void }) {
  const { t } = useTranslation('audiences');
  return (
    <PlainSelect
      path={below(path, 'type')}
      label={t('builder.fields.type')}
      value={type}
      options={(['text', 'number', 'boolean'] as const).map((one) => ({ value: one, label: t(`builder.types.${one}`) }))}
      onChange={onChange}
    />
  );
}

interface TextFieldProps {
  path: Path;
  label: string;
  value: string;
  onChange(value: string): void;
  source: ValueSource;
}

/** A text; frequent values are offered while it is typed. */
export function TextField({ path, label, value, onChange, source }: TextFieldProps) {
  const { t } = useTranslation('audiences');
  const format = useFormat();
  const shownAs = useShownValue(source);
  const [isOpen, setOpen] = useState(false);
  const search = useDebounced(value, TYPING_PAUSE_MS);
  const found = useValueChoices({ ...source, search }, isOpen);
  const options = found
    .filter((one) => typeof one.value === 'string')
    .map((one) => ({ value: String(one.value), label: <ChoiceLine label={shownAs(String(one.value))} note={format.compact(one.count)} /> }));
  return (
    <BuilderField path={path} label={label} widthPx={180} grows>
      {(marks) => (
        <AutoComplete
          {...marks}
          style={{ width: '100%' }}
          popupMatchSelectWidth={260}
          value={value}
          placeholder={t('builder.placeholders.text')}
          maxLength={1000}
          options={options}
          showSearch={{ filterOption: false }}
          onOpenChange={setOpen}
          onChange={(text) => onChange(String(text ?? ''))}
        />
      )}
    </BuilderField>
  );
}

/** A value as it is offered: codes of places with the place's name before them. */
function useShownValue(source: ValueSource): (value: string) => string {
  const { i18n } = useTranslation();
  return (value) => {
    const name = source.event === undefined ? undefined : valueName(source.name, value, i18n.language);
    return name === undefined ? value : `${name} (${value})`;
  };
}

function ChoiceLine({ label, note }: { label: string; note: string }) {
  return (
    <span className={styles['choice']}>
      <span>{label}</span>
      <span className={styles['note']}>{note}</span>
    </span>
  );
}

interface ValuesFieldProps {
  path: Path;
  values: readonly Scalar[];
  onChange(values: Scalar[]): void;
  source: ValueSource;
}

const VALUES_MAX = 1_000;
const SEPARATORS = [',', '，', ';', '；', '\n', '\t'];

/** The key of a typed value in the list: `n:5` is a number, `s:5` a text. */
function keyOf(value: Scalar): string {
  return `${typeOfValue(value)[0]}:${String(value)}`;
}

function labelOf(value: Scalar): string {
  if (value === '') return '“”';
  return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)) ? `“${value}”` : String(value);
}

/** Several values; typed or pasted ones (also a column of a spreadsheet) become the type that the name is known to have, else text. */
export function ValuesField({ path, values, onChange, source }: ValuesFieldProps) {
  const { t } = useTranslation('audiences');
  const format = useFormat();
  const shownAs = useShownValue(source);
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const search = useDebounced(typed, TYPING_PAUSE_MS);
  const found = useValueChoices({ ...source, search }, isOpen);
  const counts = new Map(found.map((one) => [keyOf(one.value), one]));
  const known = new Map([...values, ...found.map((one) => one.value)].map((value) => [keyOf(value), value]));
  const read = (key: string): Scalar => {
    const value = known.get(key);
    if (value !== undefined) return value;
    const type = soleType(source.types) ?? 'text';
    const made = asType(key.trim(), type);
    return typeof made === 'number' && !Number.isFinite(made) ? key.trim() : made;
  };
  const change = (keys: readonly string[]) => {
    const next = new Map(keys.map(read).map((value) => [keyOf(value), value]));
    onChange([...next.values()].filter((value) => value !== '').slice(0, VALUES_MAX));
    setTyped('');
  };
  return (
    <BuilderField path={path} label={t('builder.fields.values')} widthPx={280} grows isLong>
      {(marks) => (
        <Select<string[]>
          {...marks}
          mode="tags"
          style={{ width: '100%' }}
          popupMatchSelectWidth={300}
          maxTagCount={30}
          tokenSeparators={SEPARATORS}
          value={values.map(keyOf)}
          placeholder={t('builder.placeholders.values')}
          notFoundContent={<p className="small quiet">{t('builder.typeValues')}</p>}
          showSearch={{ onSearch: setTyped, filterOption: false }}
          options={[...known].map(([key, value]) => ({ value: key, label: shownAs(labelOf(value)) }))}
          optionRender={({ value, label }) => {
            const count = counts.get(String(value))?.count;
            return <ChoiceLine label={String(label ?? value)} note={count === undefined ? '' : format.compact(count)} />;
          }}
          onOpenChange={setOpen}
          onChange={change}
        />
      )}
    </BuilderField>
  );
}
