import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct } from '../../../console/query.ts';
import { type PlannedProperty, savePlanEvent } from '../contract.ts';
import { FieldDrawer } from './FieldDrawer.tsx';
import { useFieldColumns } from './field-columns.tsx';
import type { FieldRow } from './field-row.ts';
import { RemoveField } from './RemoveField.tsx';
import type { WholeEvent } from './whole-event.ts';

/** Properties of an event: planned and seen, side by side, edited in place. */
export function PropertyTable({ whole }: { whole: WholeEvent }) {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const projectId = useProjectId();
  const [open, setOpen] = useUrlState('property', '');
  const [isNew, setNew] = useUrlState('newProperty', '');
  const save = useAct(savePlanEvent, { refreshes: ['tracking-plan.'] });
  const rows = useMemo(() => rowsOf(whole), [whole]);
  const mayWrite = can('tracking-plan.write');
  const put = (name: string, field: PlannedProperty | undefined) => {
    const { [name]: _before, ...others } = (whole.isInPlan ? whole.definition : whole.suggestion).properties ?? {};
    const properties = field ? { ...others, [name]: field } : others;
    const body = { event: whole.event, definition: { ...whole.definition, properties }, ifVersion: whole.version };
    return save.mutateAsync({ params: { projectId }, body });
  };
  const opened = rows.find((row) => row.name === open);
  const columns: readonly Column<FieldRow>[] = useFieldColumns({ hasRequired: true });
  const add = mayWrite ? (
    <Button size="small" icon={<PlusOutlined />} onClick={() => setNew('1')}>
      {t('fields.add')}
    </Button>
  ) : undefined;
  return (
    <div>
      <QueryTable<FieldRow>
        id="tracking-plan-properties"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.name}
        searchPlaceholder={t('fields.search')}
        sortAtFirst="name"
        tools={add}
        {...(mayWrite && {
          onOpen: (row: FieldRow) => setOpen(row.name),
          bulk: (some, clear) => <RemoveField rows={some} onRemove={(name) => put(name, undefined)} onDone={clear} />,
        })}
        exportName={`${whole.event}-properties`}
        empty={<EmptyState drawing="list" isSmall title={t('fields.none')} sentence={t('fields.noneHelp')} action={add} />}
      />
      <FieldDrawer
        isOpen={opened !== undefined || isNew === '1'}
        onClose={() => {
          setOpen('');
          setNew('');
        }}
        title={opened ? t('fields.edit') : t('fields.add')}
        name={opened?.name ?? ''}
        field={opened ? (opened.planned ?? suggested(whole, opened)) : {}}
        isProperty
        onSave={put}
      />
    </div>
  );
}

function suggested(whole: WholeEvent, row: FieldRow): PlannedProperty {
  return whole.suggestion.properties?.[row.name] ?? {};
}

function rowsOf(whole: WholeEvent): FieldRow[] {
  const planned = whole.definition.properties ?? {};
  const seen = new Map(whole.properties.map((one) => [one.name, one]));
  const names = [...new Set([...Object.keys(planned), ...seen.keys()])].sort();
  return names.map((name) => ({
    name,
    planned: Object.hasOwn(planned, name) ? planned[name] : undefined,
    seen: seen.get(name),
    sampled: whole.sampled,
  }));
}
