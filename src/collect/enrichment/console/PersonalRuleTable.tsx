import { App, Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { deletePersonalRule, type getPersonal } from '../contract.ts';

type Rule = ReplyOf<typeof getPersonal>['rules'][number];

/** The project's rules, and the marks of the tracking plan where it has none. */
export function PersonalRuleTable({ rules }: { rules: readonly Rule[] | undefined }) {
  const { t } = useTranslation('enrichment');
  const columns = useRuleColumns();
  return (
    <QueryTable
      id="personal-rules"
      columns={columns}
      rows={rules}
      rowKey={(row) => `${row.place}:${row.name}`}
      empty={<EmptyState drawing="list" isSmall title={t('personal.noRules')} />}
    />
  );
}

function useRuleColumns(): readonly Column<Rule>[] {
  const { t } = useTranslation('enrichment');
  const projectId = useProjectId();
  const { message } = App.useApp();
  const mayWrite = usePermissions()('enrichment.write');
  const { mutate } = useAct(deletePersonalRule, { refreshes: ['enrichment.get_personal'] });
  return useMemo(() => {
    const remove = ({ place, name }: Rule) =>
      mutate(
        { params: { projectId }, query: { place, name } },
        { onSuccess: () => void message.success(t('personal.removed')), onError: (error) => void message.error(error.message) },
      );
    const columns: Column<Rule>[] = [
      {
        key: 'name',
        title: t('personal.name'),
        value: (row) => row.name,
        render: (row) => (
          <>
            <code>{row.name}</code> {row.isOwn ? null : <span className="quiet small">{t('personal.fromPlan')}</span>}
          </>
        ),
      },
      { key: 'place', title: t('personal.place'), value: (row) => row.place, render: (row) => t(`personal.places.${row.place}`) },
      { key: 'action', title: t('personal.action'), value: (row) => row.action, render: (row) => t(`personal.actions.${row.action}`) },
    ];
    if (mayWrite)
      columns.push({
        key: 'acts',
        title: t('personal.remove'),
        isTitleHidden: true,
        render: (row) =>
          row.isOwn ? (
            <Button size="small" type="text" onClick={() => remove(row)}>
              {t('personal.remove')}
            </Button>
          ) : null,
      });
    return columns;
  }, [t, mutate, message, projectId, mayWrite]);
}
