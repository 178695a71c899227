import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { saveFile } from '../../../console/kit/table/export-csv.ts';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useReadPages } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { exportPlan, listPlanVersions, restorePlan } from '../contract.ts';
import { ChangeItems, useChangeSummary } from './ChangeItems.tsx';
import styles from './Plan.module.css';
import { PlanTabs } from './PlanTabs.tsx';

type Version = ReplyOf<typeof listPlanVersions>['items'][number];

/** Every change of the plan: who, when, what; any version can come back. */
export function HistoryList() {
  const { t } = useTranslation('tracking-plan');
  const projectId = useProjectId();
  const pages = useReadPages(listPlanVersions, { params: { projectId }, query: {} });
  const { rows } = pages;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} below={<PlanTabs at="history" />}>
      {pages.error ? <ErrorPanel error={pages.error} onRetry={pages.retry} /> : null}
      {rows === undefined && !pages.error ? <DetailSkeleton /> : null}
      {rows?.length === 0 ? <EmptyState drawing="list" title={t('history.none')} sentence={t('history.noneHelp')} /> : null}
      {rows?.map((version, index) => (
        <VersionPanel key={version.version} version={version} isNewest={index === 0} />
      ))}
      {pages.loadMore ? (
        <Button type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {t('history.more')}
        </Button>
      ) : null}
    </PageFrame>
  );
}

function VersionPanel({ version, isNewest }: { version: Version; isNewest: boolean }) {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const confirm = useConfirmDanger();
  const { message } = App.useApp();
  const projectId = useProjectId();
  const summary = useChangeSummary();
  const restore = useAct(restorePlan, { refreshes: ['tracking-plan.'] });
  const save = async () => {
    try {
      const document = await call(exportPlan, { params: { projectId }, query: { version: version.version } });
      saveFile(`tracking-plan-${version.version}.json`, `${JSON.stringify(document, null, 2)}\n`, 'application/json');
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };
  const ask = () =>
    confirm({
      title: t('history.restoreTitle', { version: version.version }),
      consequence: t('history.restoreConsequence'),
      action: t('history.restore'),
      onConfirm: () => restore.mutateAsync({ params: { projectId, version: version.version } }),
    });
  const extra = (
    <>
      <Button size="small" type="text" onClick={() => void save()}>
        {t('history.download')}
      </Button>
      {isNewest || !can('tracking-plan.write') ? null : (
        <Button size="small" type="text" onClick={ask}>
          {t('history.restore')}
        </Button>
      )}
    </>
  );
  return (
    <Panel title={t('history.version', { version: version.version })} note={summary(version.changes)} extra={extra}>
      <p className={styles['rules']}>
        <TimeText at={version.createdAt} /> <span>{version.author ?? t('history.byKey')}</span> <span>{version.note}</span>
      </p>
      <ChangeItems changes={version.changes} />
    </Panel>
  );
}
