import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { AutoComplete, Button, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { valueName } from '../../../console/kit/value-name.ts';
import { useRead } from '../../../console/query.ts';
import { type Filter, listAudienceValues, type Test } from '../../audiences/contract.ts';
import { NotedOption, usePropertyOptions } from './EventSelect.tsx';
import styles from './QuestionFrame.module.css';

/** Tests that the form offers; a saved question may hold others, which stay as they are until their operator is changed. */
const operators = ['equals', 'not_equals', 'contains', 'greater', 'less', 'is_set', 'is_not_set'] as const;
type Operator = (typeof operators)[number];
const FILTERS_MAX = 10;

/** Tests on properties of an event; all must hold. */
export function FilterList({ event, filters, onChange }: { event: string; filters: readonly Filter[]; onChange(filters: Filter[]): void }) {
  const { t } = useTranslation('insights');
  if (event === '' && filters.length === 0) return null;
  const replace = (index: number, filter: Filter) => onChange(filters.map((one, place) => (place === index ? filter : one)));
  return (
    <div className={styles['filters']}>
      {filters.map((filter, index) => (
        <FilterRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a filter has no name of its own, and rows never change places
          key={index}
          event={event}
          filter={filter}
          onChange={(next) => replace(index, next)}
          onRemove={() => onChange(filters.filter((_, place) => place !== index))}
        />
      ))}
      {filters.length < FILTERS_MAX && event !== '' ? (
        <div>
          <Button
            size="small"
            type="text"
            icon={<PlusOutlined />}
            onClick={() => onChange([...filters, { property: '', test: { op: 'equals', value: '' } }])}
          >
            {t('addFilter')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

interface FilterRowProps {
  event: string;
  filter: Filter;
  onChange(filter: Filter): void;
  onRemove(): void;
}

function FilterRow({ event, filter, onChange, onRemove }: FilterRowProps) {
  const { t } = useTranslation('insights');
  const options = usePropertyOptions(event, false, filter.property || undefined);
  const shown = [...operators, ...(operators.includes(filter.test.op as Operator) ? [] : [filter.test.op])];
  return (
    <div className={styles['filter']}>
      <Select
        aria-label={t('property')}
        showSearch={{ optionFilterProp: 'search' }}
        popupMatchSelectWidth={280}
        optionRender={({ data: option }) => <NotedOption label={option.label} note={option.note} />}
        value={filter.property || null}
        placeholder={t('property')}
        options={options}
        onChange={(property) => onChange({ ...filter, property: property ?? '' })}
      />
      <Select
        aria-label={t('operator')}
        value={filter.test.op}
        options={shown.map((op) => ({ value: op, label: t(`operators.${op}`, { defaultValue: op }) }))}
        onChange={(op) => onChange({ ...filter, test: testOf(op as Operator, filter.test) })}
      />
      <Button type="text" aria-label={t('removeFilter')} icon={<DeleteOutlined />} onClick={onRemove} />
      <div className={styles['filterValue']}>
        <ValueField event={event} filter={filter} onChange={onChange} />
      </div>
    </div>
  );
}

function ValueField({ event, filter, onChange }: Pick<FilterRowProps, 'event' | 'filter' | 'onChange'>) {
  const { t, i18n } = useTranslation('insights');
  const projectId = useProjectId();
  const { test, property } = filter;
  const isAsked = property !== '' && 'value' in test && test.op !== 'greater' && test.op !== 'less';
  const { data } = useRead(
    listAudienceValues,
    { params: { projectId }, query: { event, name: property || '-' } },
    { enabled: isAsked, staleTimeMs: 60_000 },
  );
  if (test.op === 'greater' || test.op === 'less') {
    return (
      <InputNumber
        aria-label={t('value')}
        style={{ width: '100%' }}
        value={test.value}
        onChange={(value) => onChange({ ...filter, test: { op: test.op, value: value ?? 0 } })}
      />
    );
  }
  if (test.op !== 'equals' && test.op !== 'not_equals' && test.op !== 'contains') return null;
  const shownAs = (value: string) => {
    const name = valueName(property, value, i18n.language);
    return name === undefined ? value : `${name} (${value})`;
  };
  const known = new Map((data?.items ?? []).map((item) => [String(item.value), item.value]));
  const choose = (text: string) =>
    onChange({ ...filter, test: test.op === 'contains' ? { op: 'contains', value: text } : { op: test.op, value: known.get(text) ?? text } });
  return (
    <TextValue
      key={`${property} ${test.op}`}
      text={String(test.value)}
      options={[...known.keys()].map((value) => ({ value, label: shownAs(value) }))}
      onCommit={choose}
    />
  );
}

/** A text with suggestions; told when it is chosen, on Enter, or when the field is left, so that a question is not asked with each letter. */
function TextValue({
  text,
  options,
  onCommit,
}: {
  text: string;
  options: readonly { value: string; label: string }[];
  onCommit(text: string): void;
}) {
  const { t } = useTranslation('insights');
  const [typed, setTyped] = useState(text);
  const commit = (next: string) => {
    setTyped(next);
    if (next !== text) onCommit(next);
  };
  return (
    <AutoComplete
      aria-label={t('value')}
      style={{ width: '100%' }}
      value={typed}
      placeholder={t('value')}
      popupMatchSelectWidth={240}
      options={[...options]}
      showSearch={{
        filterOption: (input, option) =>
          String(option?.label ?? '')
            .toLowerCase()
            .includes(input.toLowerCase()),
      }}
      onChange={(next) => setTyped(String(next ?? ''))}
      onSelect={(next) => commit(String(next))}
      onBlur={() => commit(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(typed);
      }}
    />
  );
}

/** The same test with another operator; the value stays when it fits. */
function testOf(op: Operator, before: Test): Test {
  const value = 'value' in before ? before.value : '';
  if (op === 'is_set' || op === 'is_not_set') return { op };
  if (op === 'greater' || op === 'less') return { op, value: typeof value === 'number' ? value : Number(value) || 0 };
  if (op === 'contains') return { op, value: String(value) };
  return { op, value };
}
