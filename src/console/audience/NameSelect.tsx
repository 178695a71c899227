import { Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './AudienceBuilder.module.css';
import { BuilderField } from './BuilderField.tsx';
import type { Path } from './tree.ts';
import type { Choice, ChoiceGroup } from './use-suggestions.ts';

interface NameSelectProps {
  path: Path;
  label: string;
  placeholder: string;
  value: string;
  onChange(value: string): void;
  groups: readonly ChoiceGroup[];
  isLoading?: boolean;
  /** What the chosen name is called when it is not among the choices. */
  unknownLabel?: string;
  /** False: only what is offered can be chosen. */
  isOpenEnded?: boolean;
  widthPx?: number;
}

const NAME_LENGTH_MAX = 200;

/** Chooses a name that was seen, or one that is typed because it has not been seen yet. */
export function NameSelect(props: NameSelectProps) {
  const { value, groups, isOpenEnded = true } = props;
  const { t } = useTranslation('audiences');
  const [search, setSearch] = useState('');
  const options = useMemo(() => {
    const choices = groups.flatMap((group) => group.choices);
    const isKnown = (name: string) => choices.some((choice) => choice.value === name);
    const chosen: Choice[] = value === '' || isKnown(value) ? [] : [{ value, label: props.unknownLabel ?? value }];
    const wanted = search.trim().slice(0, NAME_LENGTH_MAX);
    const typed: Choice[] =
      isOpenEnded && wanted !== '' && wanted !== value && !isKnown(wanted) ? [{ value: wanted, label: t('builder.useTyped', { text: wanted }) }] : [];
    const open = [...chosen, ...groups.filter((group) => group.heading === undefined).flatMap((group) => group.choices)].map(optionOf);
    const headed = groups.flatMap((group) =>
      group.heading === undefined || group.choices.length === 0
        ? []
        : [{ label: group.heading, value: `heading:${group.heading}`, options: group.choices.map(optionOf) }],
    );
    return [...open, ...headed, ...typed.map((choice) => ({ ...optionOf(choice), typed: true }))];
  }, [groups, value, search, isOpenEnded, props.unknownLabel, t]);
  return (
    <BuilderField path={props.path} label={props.label} widthPx={props.widthPx ?? 180} grows>
      {(marks) => (
        <Select
          {...marks}
          style={{ width: '100%' }}
          showSearch={{
            onSearch: setSearch,
            filterOption: (text, option) => isFitting(option as NamedOption | undefined, text),
          }}
          value={value === '' ? null : value}
          placeholder={props.placeholder}
          loading={props.isLoading ?? false}
          popupMatchSelectWidth={300}
          notFoundContent={<p className="small quiet">{t(props.isLoading ? 'builder.loading' : 'builder.nothingToChoose')}</p>}
          options={options}
          labelRender={({ value: chosen, label }) => labelOf(options, chosen) ?? label}
          optionRender={({ data }) => (
            <span className={styles['choice']}>
              <span>{data.label}</span>
              <span className={styles['note']}>{(data as { note?: string }).note}</span>
            </span>
          )}
          onChange={(next: string | null) => {
            setSearch('');
            props.onChange(next ?? '');
          }}
        />
      )}
    </BuilderField>
  );
}

function optionOf({ value, label, note }: Choice) {
  return { value, label, note: note ?? '', search: `${label}\n${value}`.toLowerCase(), title: value, shown: label };
}

interface NamedOption {
  value: string;
  shown?: string;
  search?: string;
  typed?: boolean;
  options?: NamedOption[];
}

function isFitting(option: NamedOption | undefined, text: string): boolean {
  return option?.typed === true || (option?.search ?? '').includes(text.trim().toLowerCase());
}

/** A typed name is called by itself once it is chosen, not by the offer to use it. */
function labelOf(options: readonly NamedOption[], value: unknown): string | undefined {
  for (const option of options) {
    if (option.value === value) return option.typed ? option.value : option.shown;
    const inside = option.options && labelOf(option.options, value);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
