import { App, Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { type getPersonal, personalActions, putPersonalRule } from '../contract.ts';
import styles from './CollectionSettings.module.css';

type Finding = ReplyOf<typeof getPersonal>['findings'][number];

/** Places where values look personal, each with the three answers. */
export function FindingTable({ findings }: { findings: readonly Finding[] | undefined }) {
  const { t } = useTranslation('enrichment');
  const columns = useFindingColumns();
  return (
    <QueryTable
      id="personal-findings"
      columns={columns}
      rows={findings}
      rowKey={(row) => `${row.place}:${row.name}:${row.kind}`}
      empty={<EmptyState drawing="list" isSmall title={t('personal.noFindings')} />}
    />
  );
}

function useFindingColumns(): readonly Column<Finding>[] {
  const { t } = useTranslation('enrichment');
  const format = useFormat();
  const projectId = useProjectId();
  const { message } = App.useApp();
  const mayWrite = usePermissions()('enrichment.write');
  const { mutate } = useAct(putPersonalRule, { refreshes: ['enrichment.get_personal'] });
  return useMemo(() => {
    const decide = ({ place, name }: Finding, action: (typeof personalActions)[number]) =>
      mutate(
        { params: { projectId }, body: { place, name, action } },
        { onSuccess: () => void message.success(t('personal.set')), onError: (error) => void message.error(error.message) },
      );
    const columns: Column<Finding>[] = [
      { key: 'name', title: t('personal.name'), value: (row) => row.name, render: (row) => <code>{row.name}</code> },
      { key: 'place', title: t('personal.place'), value: (row) => row.place, render: (row) => t(`personal.places.${row.place}`) },
      { key: 'kind', title: t('personal.kind'), value: (row) => row.kind, render: (row) => t(`personal.kinds.${row.kind}`) },
      { key: 'seen', title: t('personal.seen'), align: 'right', value: (row) => row.seen, render: (row) => format.number(row.seen) },
      { key: 'lastSeenAt', title: t('personal.lastSeen'), value: (row) => row.lastSeenAt, render: (row) => <TimeText at={row.lastSeenAt} /> },
    ];
    if (mayWrite)
      columns.push({
        key: 'acts',
        title: t('personal.action'),
        widthPx: 220,
        render: (row) => (
          <span className={styles['buttons']}>
            {personalActions.map((action) => (
              <Button key={action} size="small" onClick={() => decide(row, action)}>
                {t(`personal.actions.${action}`)}
              </Button>
            ))}
          </span>
        ),
      });
    return columns;
  }, [t, format, mutate, message, projectId, mayWrite]);
}
