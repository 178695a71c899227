import { PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown, Typography } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useReadPages } from '../../../console/query.ts';
import { listInsights, type QuestionKind, questionKinds, removeInsight, type SavedInsight } from '../contract.ts';
import { eventName } from './names.ts';
import { pageOf, reportPages } from './pages.tsx';

/** Saved insights, and the way to a new one. */
export function InsightList() {
  const { t } = useTranslation('insights');
  const go = useGo();
  const projectId = useProjectId();
  const { search, filters } = useListState();
  const kind = questionKinds.find((one) => one === filters['kind']);
  const pages = useReadPages(listInsights, { params: { projectId }, query: { ...(search && { search }), ...(kind && { kind }) } });
  const columns = useInsightColumns();
  const kindFilter: Filter<SavedInsight> = {
    key: 'kind',
    label: t('kind'),
    options: questionKinds.map((one) => ({ value: one, label: t(`kinds.${one}.title`) })),
  };
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={<NewInsight />}>
      <QueryTable
        id="insights"
        isRemote
        columns={columns}
        rows={pages.rows}
        rowKey={(row) => row.insightId}
        error={pages.error}
        onRetry={pages.retry}
        isStale={pages.isStale}
        searchPlaceholder={t('search')}
        filters={[kindFilter]}
        href={(row) => `insights/${row.kind}?insight=${row.insightId}`}
        loadMore={pages.loadMore}
        isLoadingMore={pages.isLoadingMore}
        empty={
          <EmptyState
            drawing="chart"
            title={t('empty.list')}
            sentence={t('empty.listSentence')}
            action={
              <Button type="primary" onClick={() => go('insights/trend')}>
                {t('kinds.trend.ask')}
              </Button>
            }
          />
        }
      />
    </PageFrame>
  );
}

/** The way to a new one of any kind. */
function NewInsight() {
  const { t } = useTranslation('insights');
  const go = useGo();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: questionKinds.map((one) => ({
          key: one,
          icon: reportPages[one].icon,
          label: <KindLabel kind={one} />,
        })),
        onClick: ({ key }) => go(`insights/${key}`),
      }}
    >
      <Button type="primary" icon={<PlusOutlined />}>
        {t('newInsight')}
      </Button>
    </Dropdown>
  );
}

function KindLabel({ kind }: { kind: QuestionKind }) {
  const { t } = useTranslation('insights');
  return (
    <div style={{ maxWidth: 320, whiteSpace: 'normal' }}>
      <div>{t(`kinds.${kind}.title`)}</div>
      <Typography.Text type="secondary">{t(`kinds.${kind}.purpose`)}</Typography.Text>
    </div>
  );
}

function useInsightColumns(): readonly Column<SavedInsight>[] {
  const { t } = useTranslation('insights');
  const can = usePermissions();
  const canWrite = can('insights.write');
  return useMemo(
    () => [
      { key: 'name', title: t('name'), render: (row) => row.name },
      { key: 'kind', title: t('kind'), render: (row) => t(`kinds.${row.kind}.title`) },
      {
        key: 'events',
        title: t('events'),
        render: (row) => (pageOf(row.kind)?.eventsOf(row.question) ?? []).map((event) => eventName(event, t)).join(' → '),
      },
      { key: 'updatedAt', title: t('changedAt'), render: (row) => <TimeText at={row.updatedAt} isRelative /> },
      ...(canWrite ? [{ key: 'remove', title: '', align: 'right' as const, render: (row: SavedInsight) => <RemoveButton insight={row} /> }] : []),
    ],
    [t, canWrite],
  );
}

function RemoveButton({ insight }: { insight: SavedInsight }) {
  const { t } = useTranslation('insights');
  const confirm = useConfirmDanger();
  const projectId = useProjectId();
  const remove = useAct(removeInsight, { refreshes: ['insights.list_'] });
  const ask = () =>
    confirm({
      title: t('removeTitle', { name: insight.name }),
      consequence: t('removeConsequence'),
      action: t('remove'),
      onConfirm: () => remove.mutateAsync({ params: { projectId, insightId: insight.insightId } }),
    });
  return (
    <Button size="small" type="text" onClick={ask}>
      {t('remove')}
    </Button>
  );
}
