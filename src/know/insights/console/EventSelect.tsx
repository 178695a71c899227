import { Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useEventName } from '../../../console/kit/use-event-name.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePlanNames } from '../../../console/kit/use-plan-names.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listAudienceFields, listAudienceProperties } from '../../audiences/contract.ts';
import { Field } from './Field.tsx';
import { eventName } from './names.ts';

const FRESH_MS = 60_000;

/** Chooses an event of the project; with `hasAny` also any active event (''). */
export function EventSelect({
  label,
  value,
  onChange,
  hasAny = false,
}: {
  label: string;
  value: string;
  onChange(event: string): void;
  hasAny?: boolean;
}) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const nameOf = useEventName(useCallback((name: string) => eventName(name, t), [t]));
  const projectId = useProjectId();
  const { data, isPending } = useRead(listAudienceFields, { params: { projectId } }, { staleTimeMs: FRESH_MS });
  const options = useMemo(() => {
    const known = (data?.events ?? []).map(({ name, count }) => ({
      value: name,
      label: nameOf(name),
      search: `${nameOf(name)} ${name}`,
      note: [nameOf(name) === name || name.startsWith('$') ? '' : name, count === undefined ? '' : format.compact(count)].filter(Boolean).join(' · '),
    }));
    const any = hasAny ? [{ value: '', label: t('anyEvent'), search: t('anyEvent'), note: '' }] : [];
    const missing = value !== '' && !known.some((event) => event.value === value) ? [{ value, label: nameOf(value), search: value, note: '' }] : [];
    return [...any, ...missing, ...known];
  }, [data, hasAny, value, t, format, nameOf]);
  return (
    <Field label={label}>
      {(id) => (
        <Select
          id={id}
          showSearch={{ optionFilterProp: 'search' }}
          loading={isPending}
          value={value === '' && !hasAny ? null : value}
          placeholder={t('chooseEvent')}
          options={options}
          onChange={(event) => onChange(event ?? '')}
          popupMatchSelectWidth={320}
          optionRender={({ data: option }) => <NotedOption label={option.label} note={option.note} />}
        />
      )}
    </Field>
  );
}

interface PropertySelectProps {
  label: string;
  event: string;
  value: string | undefined;
  onChange(property: string | undefined): void;
  /** True: only those seen with a number. */
  isNumeric?: boolean;
  placeholder?: string;
}

/** Chooses a property of an event. Any active event has no list of its own, so the name is typed. */
export function PropertySelect({ label, event, value, onChange, isNumeric = false, placeholder }: PropertySelectProps) {
  const options = usePropertyOptions(event, isNumeric, value);
  return (
    <Field label={label}>
      {(id) => (
        <Select
          id={id}
          allowClear
          showSearch={{ optionFilterProp: 'search' }}
          value={value ?? null}
          placeholder={placeholder}
          options={options}
          popupMatchSelectWidth={280}
          optionRender={({ data: option }) => <NotedOption label={option.label} note={option.note} />}
          onChange={(property) => onChange(property ?? undefined)}
        />
      )}
    </Field>
  );
}

/** A name with what else is known about it at the right. */
export function NotedOption({ label, note }: { label: string; note: string }) {
  return (
    <span style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}>
      <span>{label}</span>
      <span style={{ color: 'var(--tertiary)' }}>{note}</span>
    </span>
  );
}

/** A property to choose: found by what the plan calls it and by its own name, which stands beside it. */
export interface PropertyOption {
  value: string;
  label: string;
  search: string;
  note: string;
}

/** Properties seen on an event, as options; the chosen one is always among them. */
export function usePropertyOptions(event: string, isNumeric: boolean, chosen: string | undefined): PropertyOption[] {
  const projectId = useProjectId();
  const plan = usePlanNames();
  const { data } = useRead(listAudienceProperties, { params: { projectId }, query: { event } }, { enabled: event !== '', staleTimeMs: FRESH_MS });
  return useMemo(() => {
    const items = event === '' ? [] : (data?.items ?? []);
    const names = items.filter((item) => !isNumeric || (item.types ?? []).some((type) => /number|int|float/i.test(type))).map((item) => item.name);
    return [...new Set([...(chosen ? [chosen] : []), ...names])].map((name) => {
      const label = plan.property(event, name) ?? name;
      return { value: name, label, search: `${label} ${name}`, note: label === name ? '' : name };
    });
  }, [data, event, isNumeric, chosen, plan]);
}
