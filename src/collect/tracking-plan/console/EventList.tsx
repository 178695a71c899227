import { Button } from 'antd';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import type { Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { eventStatuses, listPlanEvents, type PlannedOrSeen, startSurvey } from '../contract.ts';
import { DocumentDrawer } from './DocumentDrawer.tsx';
import { EventActs } from './EventActs.tsx';
import { EventDrawer } from './EventDrawer.tsx';
import { useEventColumns } from './event-columns.tsx';
import { PlanActions } from './PlanActions.tsx';
import { isPreset } from './PlanStatus.tsx';
import { PlanTabs } from './PlanTabs.tsx';
import { RulesDrawer } from './RulesDrawer.tsx';

const REFRESH_MS = 10_000;

/** Every event of the plan and every event that arrives. */
export function EventList() {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const projectId = useProjectId();
  const [isNew, setNew] = useUrlState('new', '');
  const [isImporting, setImporting] = useUrlState('import', '');
  const [isRuling, setRuling] = useUrlState('rules', '');
  const list = useRead(listPlanEvents, { params: { projectId } }, { refetchIntervalMs: REFRESH_MS });
  useSurvey(projectId);
  const mayWrite = can('tracking-plan.write');
  return (
    <PageFrame
      title={t('title')}
      purpose={t('purpose')}
      action={<PlanActions onImport={() => setImporting('1')} onRules={() => setRuling('1')} onNew={() => setNew('1')} />}
      below={<PlanTabs at="events" />}
    >
      <QueryTable<PlannedOrSeen>
        id="tracking-plan"
        columns={useEventColumns()}
        rows={list.data?.items}
        rowKey={(row) => row.event}
        error={list.error}
        onRetry={() => void list.refetch()}
        isStale={list.isPlaceholderData}
        searchPlaceholder={t('search')}
        filters={useEventFilters()}
        sortAtFirst="-volume"
        href={(row) => `tracking-plan/event?event=${encodeURIComponent(row.event)}`}
        exportName="tracking-plan-events"
        {...(mayWrite && { bulk: (rows, clear) => <EventActs rows={rows} onDone={clear} /> })}
        empty={<NoEvents onImport={mayWrite ? () => setImporting('1') : undefined} />}
      />
      <DocumentDrawer isOpen={isImporting === '1'} onClose={() => setImporting('')} />
      {list.data ? <RulesDrawer isOpen={isRuling === '1'} rules={list.data.rules} version={list.data.version} onClose={() => setRuling('')} /> : null}
      <EventDrawer isOpen={isNew === '1'} onClose={() => setNew('')} />
    </PageFrame>
  );
}

/** What came before, or by imports, is looked up in the stream when somebody looks at the list. */
function useSurvey(projectId: number): void {
  const { mutate } = useAct(startSurvey, { refreshes: ['tracking-plan.list_events'] });
  useEffect(() => mutate({ params: { projectId } }), [mutate, projectId]);
}

function NoEvents({ onImport }: { onImport: (() => void) | undefined }) {
  const { t } = useTranslation('tracking-plan');
  const go = useGo();
  const action = (
    <>
      <Button type="primary" onClick={() => go('live-events?help=1')}>
        {t('empty.send')}
      </Button>
      {onImport ? <Button onClick={onImport}>{t('document.import')}</Button> : null}
    </>
  );
  return <EmptyState drawing="stream" title={t('empty.title')} sentence={t('empty.sentence')} action={action} />;
}

function useEventFilters(): readonly Filter<PlannedOrSeen>[] {
  const { t } = useTranslation('tracking-plan');
  return useMemo(
    () => [
      {
        key: 'status',
        label: t('columns.status'),
        options: [...eventStatuses, 'preset'].map((value) => ({ value, label: t(`statuses.${value}`) })),
        matches: (row, value) => (isPreset(row) ? 'preset' : row.status) === value,
      },
      {
        key: 'health',
        label: t('filters.health'),
        options: [
          { value: 'violations', label: t('filters.violations') },
          { value: 'silent', label: t('filters.silent') },
        ],
        matches: (row, value) => (value === 'violations' ? row.violations > 0 : row.volume.every((count) => count === 0)),
      },
    ],
    [t],
  );
}
