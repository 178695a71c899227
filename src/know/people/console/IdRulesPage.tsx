import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listIdRules } from '../contract.ts';
import { AddKind } from './AddKind.tsx';
import { ConflictPanels } from './ConflictPanels.tsx';
import styles from './Identity.module.css';
import { RuleRow } from './RuleRow.tsx';

/** The rules by which ids mean people, and what did not fit them. */
export function IdRulesPage() {
  const { t } = useTranslation('people');
  const projectId = useProjectId();
  const can = usePermissions();
  const read = useRead(listIdRules, { params: { projectId } });
  const mayChange = can('people.manage_identity');
  return (
    <PageFrame title={t('rules.title')} purpose={t('rules.purpose')}>
      {read.error ? <ErrorPanel error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.data ? (
        <Panel title={t('rules.head')} note={t('rules.note')} isFlush>
          <ul className={styles['rows']}>
            {read.data.items.map((rule) => (
              <RuleRow key={rule.kind} rule={rule} mayChange={mayChange} />
            ))}
          </ul>
          {mayChange ? <AddKind known={read.data.items.map((rule) => rule.kind)} /> : null}
        </Panel>
      ) : read.error ? null : (
        <DetailSkeleton />
      )}
      <ConflictPanels />
    </PageFrame>
  );
}
