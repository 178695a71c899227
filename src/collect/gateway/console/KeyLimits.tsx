import { Button, Form, InputNumber } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { type KeyLimits as Limits, listKeyLimits, setKeyLimits } from '../contract.ts';

type LimitedKey = ReplyOf<typeof listKeyLimits>['items'][number];

/** What each key may send, and what it sent today. */
export function KeyLimits() {
  const { t } = useTranslation('gateway');
  const projectId = useProjectId();
  const keys = useRead(listKeyLimits, { params: { projectId } });
  const mayWrite = usePermissions()('gateway.write');
  const [edited, setEdited] = useState<LimitedKey>();
  const columns = useLimitColumns(mayWrite ? setEdited : undefined);
  return (
    <PageFrame title={t('limits.title')} purpose={t('limits.purpose')}>
      <QueryTable
        id="key-limits"
        columns={columns}
        rows={keys.data?.items}
        rowKey={(key) => key.keyId}
        error={keys.error}
        onRetry={() => void keys.refetch()}
        {...(mayWrite && { onOpen: setEdited })}
        empty={<EmptyState drawing="stream" title={t('limits.empty')} sentence={t('limits.purpose')} />}
      />
      <LimitForm key={edited?.keyId ?? ''} edited={edited} onClose={() => setEdited(undefined)} />
    </PageFrame>
  );
}

function useLimitColumns(onEdit: ((key: LimitedKey) => void) | undefined): readonly Column<LimitedKey>[] {
  const { t } = useTranslation('gateway');
  const { t: keys } = useTranslation('projects');
  const format = useFormat();
  return useMemo(() => {
    const limit = (value: number | null) => (value === null ? <span className="quiet">{t('limits.none')}</span> : format.number(value));
    const columns: Column<LimitedKey>[] = [
      {
        key: 'name',
        title: keys('keys.name'),
        value: (key) => key.name,
        render: (key) => (
          <>
            {key.name || keys('keys.first')} <code className="quiet small">{key.prefix}…</code>
          </>
        ),
      },
      { key: 'kind', title: keys('keys.kind'), value: (key) => keys(`kinds.${key.kind}`), render: (key) => keys(`kinds.${key.kind}`) },
      {
        key: 'second',
        title: t('limits.second'),
        align: 'right',
        value: (key) => key.limits.eventsPerSecond,
        render: (key) => limit(key.limits.eventsPerSecond),
      },
      {
        key: 'day',
        title: t('limits.day'),
        align: 'right',
        value: (key) => key.limits.eventsPerDay,
        render: (key) => limit(key.limits.eventsPerDay),
      },
      { key: 'today', title: t('limits.today'), align: 'right', value: (key) => key.eventsToday, render: (key) => format.number(key.eventsToday) },
    ];
    if (onEdit)
      columns.push({
        key: 'edit',
        title: t('limits.change'),
        isTitleHidden: true,
        align: 'right',
        render: (key) => (
          <Button size="small" onClick={() => onEdit(key)}>
            {t('limits.change')}
          </Button>
        ),
      });
    return columns;
  }, [t, keys, format, onEdit]);
}

function LimitForm({ edited, onClose }: { edited: LimitedKey | undefined; onClose(): void }) {
  const { t } = useTranslation('gateway');
  const { t: keys } = useTranslation('projects');
  const projectId = useProjectId();
  const save = useAct(setKeyLimits, { refreshes: ['gateway.list_key_limits'] });
  const submit = ({ eventsPerSecond = null, burst = null, eventsPerDay = null }: Partial<Limits>) =>
    save.mutateAsync({ params: { projectId, keyId: edited?.keyId ?? '' }, body: { eventsPerSecond, burst, eventsPerDay } });
  return (
    <FormDrawer<Limits>
      isOpen={edited !== undefined}
      onClose={onClose}
      title={t('limits.of', { name: edited?.name || keys('keys.first') })}
      purpose={t('limits.explained')}
      submitText={t('limits.save')}
      initialValues={edited?.limits ?? {}}
      onSubmit={submit}
    >
      {(['eventsPerSecond', 'burst', 'eventsPerDay'] as const).map((name) => (
        <Form.Item key={name} name={name} label={t(`limits.field.${name}`)} extra={t(`limits.help.${name}`)}>
          <InputNumber<number>
            min={1}
            max={1_000_000_000}
            precision={0}
            style={{ width: '100%' }}
            placeholder={name === 'burst' ? '' : t('limits.none')}
          />
        </Form.Item>
      ))}
    </FormDrawer>
  );
}
