import { Input, Radio, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mapping } from '../contract.ts';
import { FieldRows } from './FieldRows.tsx';
import { type FoundPath, PathInput } from './PathInput.tsx';
import styles from './Sources.module.css';

interface MappingFieldsProps {
  mapping: Mapping;
  /** Places in the example, to choose from. */
  paths: readonly FoundPath[];
  onChange(mapping: Mapping): void;
}

/** Where each part of an event is read from. */
export function MappingFields({ mapping, paths, onChange }: MappingFieldsProps) {
  const { t } = useTranslation('sources');
  const set = (changes: Partial<Mapping>): void => onChange({ ...mapping, ...changes });
  const path = (key: 'items' | 'userId' | 'anonymousId' | 'time' | 'messageId') => (
    <PathInput label={t(`map.${key}`)} value={mapping[key]} paths={paths} onChange={(value) => set({ [key]: value })} />
  );
  return (
    <div className={styles['fields']}>
      <h3>{t('map.what')}</h3>
      <Field label={t('map.kind')}>
        <Radio.Group value={mapping.kind} onChange={(event) => set({ kind: event.target.value as Mapping['kind'] })}>
          <Radio value="track">{t('map.kinds.track')}</Radio>
          <Radio value="identify">{t('map.kinds.identify')}</Radio>
        </Radio.Group>
      </Field>
      {mapping.kind === 'track' ? <EventFields mapping={mapping} paths={paths} onChange={onChange} /> : null}
      <h3>{t('map.person')}</h3>
      <div className={styles['pair']}>
        <Field label={t('map.userId')}>{path('userId')}</Field>
        <Field label={t('map.anonymousId')}>{path('anonymousId')}</Field>
      </div>
      <FieldRows
        label={t('map.ids')}
        nameLabel={t('map.idKind')}
        rows={mapping.ids.map((row) => ({ name: row.kind, path: row.path }))}
        paths={paths}
        onChange={(rows) => set({ ids: rows.map((row) => ({ kind: row.name, path: row.path })) })}
      />
      <h3>{t('map.when')}</h3>
      <div className={styles['pair']}>
        <Field label={t('map.time')} help={t('map.timeHelp')}>
          {path('time')}
        </Field>
        <Field label={t('map.messageId')} help={t('map.messageIdHelp')}>
          {path('messageId')}
        </Field>
      </div>
      <FieldRows
        label={t('map.properties')}
        nameLabel={t('map.field')}
        rows={mapping.properties}
        paths={paths}
        hasKinds
        onChange={(rows) => set({ properties: rows.map((row) => ({ as: 'auto', ...row })) })}
      />
      <FieldRows
        label={t('map.traits')}
        nameLabel={t('map.field')}
        rows={mapping.traits}
        paths={paths}
        hasKinds
        onChange={(rows) => set({ traits: rows.map((row) => ({ as: 'auto', ...row })) })}
      />
      <Field label={t('map.items')} help={t('map.itemsHelp')}>
        {path('items')}
      </Field>
      <OnlyFields mapping={mapping} paths={paths} onChange={onChange} />
    </div>
  );
}

export function Field({ label, help, children }: { label: string; help?: string; children: ReactNode }) {
  return (
    <div className={styles['field']}>
      <span className={styles['label']}>{label}</span>
      {children}
      {help ? <span className={styles['help']}>{help}</span> : null}
    </div>
  );
}

function EventFields({ mapping, paths, onChange }: MappingFieldsProps) {
  const { t } = useTranslation('sources');
  const { event } = mapping;
  const set = (changes: Partial<Mapping['event']>): void => onChange({ ...mapping, event: { ...event, ...changes } });
  return (
    <>
      <div className={styles['pair']}>
        <Field label={t('map.eventPath')}>
          <PathInput label={t('map.eventPath')} value={event.path} paths={paths} onChange={(value) => set({ path: value })} />
        </Field>
        <Field label={t('map.eventName')} help={t('map.eventHelp')}>
          <Input aria-label={t('map.eventName')} value={event.name} maxLength={200} onChange={(change) => set({ name: change.target.value })} />
        </Field>
      </div>
      {event.path === '' ? null : (
        <Field label={t('map.names')} help={t('map.namesHelp')}>
          <NamesInput key={event.path} label={t('map.names')} names={event.names} onChange={(names) => set({ names })} />
        </Field>
      )}
    </>
  );
}

function NamesInput({ label, names, onChange }: { label: string; names: Record<string, string>; onChange(names: Record<string, string>): void }) {
  const text = Object.entries(names)
    .map(([sent, name]) => `${sent} = ${name}`)
    .join('\n');
  return (
    <Input.TextArea
      aria-label={label}
      key={text}
      defaultValue={text}
      autoSize={{ minRows: 2, maxRows: 8 }}
      placeholder="order.paid = Order Paid"
      onBlur={(event) => onChange(namesOf(event.target.value))}
    />
  );
}

function namesOf(text: string): Record<string, string> {
  const pairs = text.split('\n').map((line) => {
    const mark = line.lastIndexOf('=');
    return [line.slice(0, Math.max(mark, 0)).trim(), line.slice(mark + 1).trim()] as const;
  });
  return Object.fromEntries(pairs.filter(([sent, name]) => sent !== '' && name !== ''));
}

function OnlyFields({ mapping, paths, onChange }: MappingFieldsProps) {
  const { t } = useTranslation('sources');
  const only = mapping.only ?? { path: '', values: [] };
  const set = (changes: Partial<typeof only>): void => {
    const next = { ...only, ...changes };
    onChange({ ...mapping, only: next.path === '' && next.values.length === 0 ? null : next });
  };
  return (
    <Field label={t('map.only')} help={t('map.onlyHelp')}>
      <div className={styles['pair']}>
        <PathInput label={t('map.onlyPath')} value={only.path} paths={paths} onChange={(path) => set({ path })} />
        <Select
          mode="tags"
          aria-label={t('map.onlyValues')}
          placeholder={t('map.onlyValues')}
          value={only.values}
          onChange={(values: string[]) => set({ values })}
          options={[]}
          open={false}
          suffixIcon={null}
        />
      </div>
    </Field>
  );
}
