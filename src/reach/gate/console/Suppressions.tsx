import { App, Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { addSuppression, listSuppressions, removeSuppression, type Suppression } from '../contract.ts';
import styles from './SettingsForm.module.css';

const SHOWN_MAX = 500;

/** Addresses that get nothing, with the way to add and remove one. */
export function Suppressions() {
  const { t } = useTranslation('gate');
  const can = usePermissions();
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(listSuppressions, { params: { projectId }, query: { limit: SHOWN_MAX } });
  const columns = useSuppressionColumns();
  return (
    <Panel title={t('suppressions.title')} note={t('suppressions.help')} isFlush>
      {can('gate.write') ? <AddForm /> : null}
      <QueryTable
        id="suppressions"
        columns={columns}
        rows={data?.items}
        rowKey={(row) => row.address}
        error={error}
        onRetry={() => void refetch()}
        searchPlaceholder={t('suppressions.search')}
        empty={<EmptyState drawing="mail" isSmall title={t('suppressions.empty')} />}
        exportName="blocked-addresses"
      />
    </Panel>
  );
}

function AddForm() {
  const { t } = useTranslation('gate');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const [address, setAddress] = useState('');
  const act = useAct(addSuppression, { refreshes: ['gate.list_suppressions'], onDone: () => setAddress('') });
  const add = () =>
    act
      .mutateAsync({ params: { projectId }, body: { address: address.trim() } })
      .catch((error: unknown) => void message.error(error instanceof Error ? error.message : String(error)));
  return (
    <form
      className={styles['add']}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Input
        type="email"
        required
        aria-label={t('suppressions.address')}
        placeholder={t('suppressions.address')}
        value={address}
        onChange={(event) => setAddress(event.target.value)}
      />
      <Button htmlType="submit" loading={act.isPending} disabled={address.trim() === ''}>
        {t('suppressions.add')}
      </Button>
    </form>
  );
}

function useSuppressionColumns(): readonly Column<Suppression>[] {
  const { t } = useTranslation('gate');
  const can = usePermissions();
  const canWrite = can('gate.write');
  return useMemo(
    () => [
      { key: 'address', title: t('suppressions.address'), render: (row) => row.address, value: (row) => row.address },
      { key: 'reason', title: t('filters.reason'), render: (row) => t(`suppressions.reasons.${row.reason}`), value: (row) => row.reason },
      {
        key: 'detail',
        title: t('detail.lastError'),
        render: (row) => <span className="quiet small">{row.detail ?? ''}</span>,
        value: (row) => row.detail,
      },
      { key: 'time', title: t('columns.time'), render: (row) => <TimeText at={row.createdAt} isRelative />, value: (row) => row.createdAt },
      ...(canWrite
        ? [
            {
              key: 'remove',
              title: t('suppressions.remove'),
              isTitleHidden: true,
              align: 'right' as const,
              render: (row: Suppression) => <RemoveButton address={row.address} />,
            },
          ]
        : []),
    ],
    [t, canWrite],
  );
}

function RemoveButton({ address }: { address: string }) {
  const { t } = useTranslation('gate');
  const projectId = useProjectId();
  const act = useAct(removeSuppression, { refreshes: ['gate.list_suppressions'] });
  return (
    <Button size="small" type="text" loading={act.isPending} onClick={() => act.mutate({ params: { projectId, address } })}>
      {t('suppressions.remove')}
    </Button>
  );
}
