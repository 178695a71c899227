import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Input, InputNumber, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type Filter, filterSchema, listAudienceFields, listAudienceProperties, type Test } from '../../../know/audiences/contract.ts';
import styles from './forms.module.css';

const FRESH_MS = 60_000;
const operators = ['equals', 'not_equals', 'contains', 'greater', 'less', 'is_set', 'is_not_set'] as const;
type Operator = (typeof operators)[number];

interface EventFieldsProps {
  id: string;
  event: string;
  where: Filter[];
  onChange(change: { event?: string; where?: Filter[] }): void;
}

/** An event, chosen or typed, and tests on its properties. Tests that are not complete yet stay here. */
export function EventFields({ id, event, where: saved, onChange }: EventFieldsProps) {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const { data } = useRead(listAudienceFields, { params: { projectId } }, { staleTimeMs: FRESH_MS });
  const options = useMemo(() => (data?.events ?? []).map(({ name }) => ({ value: name })), [data]);
  const [where, setWhere] = useState(saved);
  const change = (next: Filter[]) => {
    setWhere(next);
    onChange({ where: next.filter((filter) => filterSchema.safeParse(filter).success) });
  };
  const replace = (index: number, filter: Filter) => change(where.map((one, place) => (place === index ? filter : one)));
  return (
    <>
      <AutoComplete
        id={id}
        value={event}
        options={options}
        placeholder={t('trigger.eventPlaceholder')}
        onChange={(name) => onChange({ event: String(name ?? '') })}
        showSearch={{
          filterOption: (input, option) =>
            String(option?.value ?? '')
              .toLowerCase()
              .includes(input.toLowerCase()),
        }}
      />
      {where.map((filter, index) => (
        <FilterRow
          // biome-ignore lint/suspicious/noArrayIndexKey: filters have no names and never change places
          key={index}
          event={event}
          filter={filter}
          onChange={(next) => replace(index, next)}
          onRemove={() => change(where.filter((_, place) => place !== index))}
        />
      ))}
      {event === '' ? null : (
        <Button
          size="small"
          type="text"
          style={{ justifySelf: 'start' }}
          icon={<PlusOutlined />}
          onClick={() => change([...where, { property: '', test: { op: 'equals', value: '' } }])}
        >
          {t('trigger.where')}
        </Button>
      )}
    </>
  );
}

function FilterRow({ event, filter, onChange, onRemove }: { event: string; filter: Filter; onChange(filter: Filter): void; onRemove(): void }) {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const { data } = useRead(
    listAudienceProperties,
    { params: { projectId }, query: { event: event || '-' } },
    { enabled: event !== '', staleTimeMs: FRESH_MS },
  );
  const { test } = filter;
  const shown = [...operators, ...(operators.some((one) => one === test.op) ? [] : [test.op])];
  const isNumeric = test.op === 'greater' || test.op === 'less';
  return (
    <div className={styles['filter']}>
      <AutoComplete
        aria-label={t('filter.property')}
        placeholder={t('filter.property')}
        value={filter.property}
        options={(data?.items ?? []).map(({ name }) => ({ value: name }))}
        onChange={(name) => onChange({ ...filter, property: String(name ?? '') })}
      />
      <Select
        aria-label={t('filter.operator')}
        value={test.op}
        options={shown.map((op) => ({ value: op, label: t(`filter.operators.${op}`, { defaultValue: op }) }))}
        onChange={(op) => onChange({ ...filter, test: testOf(op as Operator, test) })}
      />
      {isNumeric ? (
        <InputNumber
          aria-label={t('filter.value')}
          value={test.value}
          onChange={(value) => onChange({ ...filter, test: { op: test.op, value: value ?? 0 } })}
        />
      ) : 'value' in test ? (
        <Input
          aria-label={t('filter.value')}
          placeholder={t('filter.value')}
          value={String(test.value)}
          onChange={({ target }) => onChange({ ...filter, test: withValue(test, target.value) })}
        />
      ) : (
        <span />
      )}
      <Button type="text" aria-label={t('filter.remove')} icon={<DeleteOutlined />} onClick={onRemove} />
    </div>
  );
}

/** The same test with another operator; the value stays where it fits. */
function testOf(op: Operator, before: Test): Test {
  const value = 'value' in before ? before.value : '';
  if (op === 'is_set' || op === 'is_not_set') return { op };
  if (op === 'greater' || op === 'less') return { op, value: Number(value) || 0 };
  if (op === 'contains') return { op, value: String(value) };
  return { op, value };
}

/** What is typed, with the type that it most likely has: numbers and true or false are written as they stand in events. */
function withValue(test: Test, text: string): Test {
  if (test.op === 'contains') return { op: 'contains', value: text };
  if (test.op !== 'equals' && test.op !== 'not_equals') return test;
  if (text === 'true' || text === 'false') return { op: test.op, value: text === 'true' };
  return { op: test.op, value: text.trim() !== '' && String(Number(text)) === text.trim() ? Number(text) : text };
}
