import { Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useEventName } from '../../../../../console/kit/use-event-name.ts';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { listAudienceFields } from '../../../../audiences/contract.ts';
import { Field } from '../../../console/Field.tsx';
import { eventName } from '../../../console/names.ts';

const FRESH_MS = 60_000;

interface EventsFieldProps {
  label: string;
  value: readonly string[];
  placeholder: string;
  onChange(events: string[]): void;
}

/** Chooses several events of the project; none may be an answer too. */
export function EventsField({ label, value, placeholder, onChange }: EventsFieldProps) {
  const options = useEventOptions(value);
  return (
    <Field label={label}>
      {(id) => (
        <Select
          id={id}
          mode="multiple"
          allowClear
          showSearch={{ optionFilterProp: 'search' }}
          value={[...value]}
          placeholder={placeholder}
          options={options}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

/** The project's events as options; the chosen ones are always among them. */
export function useEventOptions(chosen: readonly string[]): { value: string; label: string; search: string }[] {
  const { t } = useTranslation('insights');
  const nameOf = useEventName(useCallback((name: string) => eventName(name, t), [t]));
  const projectId = useProjectId();
  const { data } = useRead(listAudienceFields, { params: { projectId } }, { staleTimeMs: FRESH_MS });
  return useMemo(() => {
    const names = new Set([...chosen, ...(data?.events ?? []).map((event) => event.name)]);
    return [...names].map((name) => ({ value: name, label: nameOf(name), search: `${nameOf(name)} ${name}` }));
  }, [data, chosen, nameOf]);
}
