import { CloseOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead, useReadPages } from '../../../console/query.ts';
import { type Delivery, deliveryReasons, deliveryStates, listDeliveries } from '../contract.ts';
import { DeliveryDrawer } from './DeliveryDrawer.tsx';
import { DeliveryState } from './DeliveryState.tsx';
import { OperationLink } from './OperationLink.tsx';

const REFRESH_MS = 5_000;

/** Every message that was sent and not sent, and why. */
export function DeliveryList() {
  const { t } = useTranslation('gate');
  const go = useGo();
  const projectId = useProjectId();
  const { filters } = useListState();
  const [personId, setPersonId] = useUrlState('person', '');
  const [operation, setOperation] = useUrlState('operation', '');
  const [openId, setOpenId] = useUrlState('message', '');
  const asked = {
    ...(filters['reason'] ? { reason: deliveryReasons.find((one) => one === filters['reason']) } : {}),
    ...(/^\d+$/.test(personId) ? { personId } : {}),
    ...(operation ? { operation } : {}),
  };
  const state = deliveryStates.find((one) => one === filters['state']);
  const pages = useReadPages(
    listDeliveries,
    { params: { projectId }, query: { ...asked, ...(state && { state }) } },
    { refetchIntervalMs: REFRESH_MS },
  );
  const columns = useDeliveryColumns();
  const listFilters = useDeliveryFilters(asked);
  return (
    <PageFrame title={t('title')} purpose={t('purpose')}>
      <QueryTable
        id="messages"
        isRemote
        columns={columns}
        rows={pages.rows}
        rowKey={(row) => row.id}
        error={pages.error}
        onRetry={pages.retry}
        isStale={pages.isStale}
        filters={listFilters}
        onOpen={(row) => setOpenId(row.id, { push: true })}
        loadMore={pages.loadMore}
        isLoadingMore={pages.isLoadingMore}
        exportName="messages"
        tools={
          <>
            {personId ? <Given text={t('filters.person', { id: personId })} onRemove={() => setPersonId('')} /> : null}
            {operation ? <Given text={t('filters.operation', { operation })} onRemove={() => setOperation('')} /> : null}
          </>
        }
        empty={
          <EmptyState
            drawing="mail"
            title={t('empty.title')}
            sentence={t('empty.text')}
            action={
              <Button type="primary" onClick={() => go('journeys')}>
                {t('empty.action')}
              </Button>
            }
          />
        }
      />
      <DeliveryDrawer deliveryId={openId} onClose={() => setOpenId('')} />
    </PageFrame>
  );
}

function Given({ text, onRemove }: { text: string; onRemove(): void }) {
  const { t } = useTranslation('gate');
  return (
    <Tag>
      {text} <Button size="small" type="text" aria-label={t('filters.clear')} icon={<CloseOutlined />} onClick={onRemove} />
    </Tag>
  );
}

/** The states with how many messages are in each under the other filters. */
function useDeliveryFilters(asked: object): readonly Filter<Delivery>[] {
  const { t } = useTranslation('gate');
  const format = useFormat();
  const projectId = useProjectId();
  const { data } = useRead(listDeliveries, { params: { projectId }, query: { ...asked, limit: 1 } }, { refetchIntervalMs: REFRESH_MS });
  const named = (one: (typeof deliveryStates)[number]) => {
    const count = data?.counts[one];
    return count === undefined ? t(`states.${one}`) : `${t(`states.${one}`)} · ${format.number(count)}`;
  };
  return [
    { key: 'state', label: t('columns.state'), options: deliveryStates.map((one) => ({ value: one, label: named(one) })) },
    { key: 'reason', label: t('filters.reason'), options: deliveryReasons.map((one) => ({ value: one, label: t(`reasons.${one}`) })) },
  ];
}

function useDeliveryColumns(): readonly Column<Delivery>[] {
  const { t } = useTranslation('gate');
  return useMemo(
    () => [
      {
        key: 'subject',
        title: t('columns.subject'),
        render: (row) => row.subject ?? <span className="quiet">{row.node}</span>,
        value: (row) => row.subject,
      },
      {
        key: 'state',
        title: t('columns.state'),
        render: (row) => <DeliveryState delivery={row} isLong />,
        value: (row) => `${row.state} ${row.reason ?? ''}`,
        widthPx: 220,
      },
      {
        key: 'person',
        title: t('columns.person'),
        render: (row) => <ProjectLink to={`people/${row.personId}`}>{row.address ?? `#${row.personId}`}</ProjectLink>,
        value: (row) => row.address ?? row.personId,
      },
      { key: 'operation', title: t('columns.operation'), render: (row) => <OperationLink delivery={row} />, value: (row) => row.operation },
      {
        key: 'time',
        title: t('columns.time'),
        render: (row) => <TimeText at={row.sentAt ?? row.createdAt} isRelative />,
        value: (row) => row.createdAt,
        widthPx: 120,
      },
    ],
    [t],
  );
}
