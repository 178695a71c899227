import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { listPlanTraits, type PlannedProperty, savePlanTrait } from '../contract.ts';
import { FieldDrawer } from './FieldDrawer.tsx';
import { useFieldColumns } from './field-columns.tsx';
import type { FieldRow } from './field-row.ts';
import { PlanTabs } from './PlanTabs.tsx';
import { RemoveField } from './RemoveField.tsx';

/** Traits of people: planned and seen, edited in place. */
export function TraitList() {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const projectId = useProjectId();
  const [open, setOpen] = useUrlState('trait', '');
  const [isNew, setNew] = useUrlState('new', '');
  const { data, error, refetch } = useRead(listPlanTraits, { params: { projectId } });
  const save = useAct(savePlanTrait, { refreshes: ['tracking-plan.'] });
  const rows = useMemo(
    () =>
      data?.items.map(
        (item): FieldRow => ({ name: item.name, planned: item.isInPlan ? item.definition : undefined, seen: item.seen ?? undefined, sampled: 0 }),
      ),
    [data],
  );
  const mayWrite = can('tracking-plan.write');
  const put = (name: string, field: PlannedProperty | null) =>
    save.mutateAsync({ params: { projectId }, body: { name, definition: field, ...(data && { ifVersion: data.version }) } });
  const opened = rows?.find((row) => row.name === open);
  const add = mayWrite ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setNew('1')}>
      {t('traits.add')}
    </Button>
  ) : undefined;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={add} below={<PlanTabs at="traits" />}>
      <QueryTable<FieldRow>
        id="tracking-plan-traits"
        columns={useFieldColumns({ hasRequired: false })}
        rows={rows}
        rowKey={(row) => row.name}
        error={error}
        onRetry={() => void refetch()}
        searchPlaceholder={t('traits.search')}
        exportName="traits"
        {...(mayWrite && {
          onOpen: (row: FieldRow) => setOpen(row.name),
          bulk: (some, clear) => <RemoveField rows={some} onRemove={(name) => put(name, null)} onDone={clear} />,
        })}
        empty={<EmptyState drawing="people" title={t('traits.none')} sentence={t('traits.noneHelp')} action={add} />}
      />
      <FieldDrawer
        isOpen={opened !== undefined || isNew === '1'}
        onClose={() => {
          setOpen('');
          setNew('');
        }}
        title={opened ? t('traits.edit') : t('traits.add')}
        name={opened?.name ?? ''}
        field={opened?.planned ?? suggestedOf(opened)}
        isProperty={false}
        onSave={put}
      />
    </PageFrame>
  );
}

function suggestedOf(row: FieldRow | undefined): PlannedProperty {
  const types = Object.keys(row?.seen?.types ?? {}) as NonNullable<PlannedProperty['type']>[];
  const [only] = types;
  return { ...(only && types.length === 1 && { type: only }), ...(row?.seen?.looksPersonal && { personal: 'personal' as const }) };
}
