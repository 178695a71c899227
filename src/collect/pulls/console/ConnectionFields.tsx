import { Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../contract.ts';
import { type Draft, usualPorts } from './draft.ts';
import { Field } from './Field.tsx';
import styles from './Pulls.module.css';

/** Where the database is and who asks. */
export function ConnectionFields({ draft, isKept, onChange }: { draft: Draft; isKept: boolean; onChange(part: Partial<Draft>): void }) {
  const { t } = useTranslation('pulls');
  const { connection, password } = draft;
  const change = (part: Partial<Connection>) => onChange({ connection: { ...connection, ...part } });
  return (
    <div className={styles['fields']}>
      <Field label={t('engine')}>
        <Select
          value={connection.engine}
          options={(['postgres', 'mysql'] as const).map((value) => ({ value, label: t(`engines.${value}`) }))}
          onChange={(engine) => change({ engine, port: usualPorts[engine] })}
        />
      </Field>
      <Field label={t('host')}>
        <Input value={connection.host} autoComplete="off" onChange={(event) => change({ host: event.target.value })} />
      </Field>
      <Field label={t('port')}>
        <InputNumber
          min={1}
          max={65_535}
          value={connection.port}
          style={{ width: '100%' }}
          onChange={(port) => change({ port: port ?? usualPorts[connection.engine] })}
        />
      </Field>
      <Field label={t('database')}>
        <Input value={connection.database} autoComplete="off" onChange={(event) => change({ database: event.target.value })} />
      </Field>
      <Field label={t('user')}>
        <Input value={connection.user} autoComplete="off" onChange={(event) => change({ user: event.target.value })} />
      </Field>
      <Field label={t('password')}>
        <Input.Password
          value={password}
          autoComplete="new-password"
          placeholder={isKept ? t('passwordKept') : ''}
          onChange={(event) => onChange({ password: event.target.value })}
        />
      </Field>
      <Field label={t('tls')}>
        <Select
          value={connection.tls}
          options={(['off', 'require', 'verify'] as const).map((value) => ({ value, label: t(`tlsModes.${value}`) }))}
          onChange={(tls) => change({ tls })}
        />
      </Field>
    </div>
  );
}
