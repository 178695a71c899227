import { Alert, App, Button, Form, Input, InputNumber, Switch, Upload } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { queryClient, refresh, useAct, useRead, useReadPages } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { type CollectionSettings, deleteRate, importRates, listRates } from '../contract.ts';
import styles from './CollectionSettings.module.css';
import { RateDrawer } from './RateDrawer.tsx';
import { SettingsForm } from './SettingsForm.tsx';

type ListedRate = ReplyOf<typeof listRates>['items'][number];

/** Rates of the project, and how they are used. */
export function RatesSection({ settings }: { settings: CollectionSettings }) {
  const { t } = useTranslation('enrichment');
  const projectId = useProjectId();
  const { data } = useRead(listRates, { params: { projectId }, query: { limit: 1 } });
  const builtIn = data ? t('rates.builtIn', { source: data.builtIn.source, day: data.builtIn.day }) : '';
  return (
    <>
      <SettingsForm settings={settings}>
        <Panel title={t('rates.title')} note={t('rates.note', { currency: data?.projectCurrency ?? '' })}>
          <Form.Item
            name={['currency', 'isBuiltInUsed']}
            valuePropName="checked"
            label={t('rates.isBuiltInUsed')}
            extra={`${builtIn} ${t('rates.isBuiltInUsedHelp')}`}
          >
            <Switch />
          </Form.Item>
          <Form.Item name={['currency', 'rateAgeMaxDays']} label={t('rates.rateAgeMaxDays')} extra={t('rates.rateAgeMaxDaysHelp')}>
            <InputNumber min={1} max={3_660} precision={0} />
          </Form.Item>
        </Panel>
      </SettingsForm>
      <RateList
        known={data?.lastDay ? t('rates.known', { count: data.total, day: data.lastDay }) : t('rates.none')}
        projectCurrency={data?.projectCurrency ?? 'CNY'}
      />
    </>
  );
}

function RateList({ known, projectCurrency }: { known: string; projectCurrency: string }) {
  const { t } = useTranslation('enrichment');
  const projectId = useProjectId();
  const mayWrite = usePermissions()('enrichment.write');
  const [currency, setCurrency] = useState('');
  const [isNew, setNew] = useState(false);
  const query = { limit: 100, ...(/^[A-Z]{3}$/.test(currency) && { currency }) };
  const { rows, error, retry, isStale, loadMore, isLoadingMore } = useReadPages<typeof listRates, ListedRate>(listRates, {
    params: { projectId },
    query,
  });
  const columns = useRateColumns();
  return (
    <>
      <Panel isFlush>
        <div className={styles['bar']}>
          <p className="quiet">{known}</p>
          <div className={styles['end']}>
            <Input
              value={currency}
              onChange={(event) => setCurrency(event.target.value.toUpperCase())}
              maxLength={3}
              allowClear
              style={{ width: 120 }}
              placeholder={t('rates.filter')}
              aria-label={t('rates.filter')}
            />
            {mayWrite ? <ImportButton /> : null}
            {mayWrite ? <Button onClick={() => setNew(true)}>{t('rates.add')}</Button> : null}
          </div>
        </div>
        <QueryTable
          id="rates"
          columns={columns}
          rows={rows}
          rowKey={(row) => `${row.day}${row.base}${row.quote}`}
          error={error}
          onRetry={retry}
          isStale={isStale}
          loadMore={loadMore}
          isLoadingMore={isLoadingMore}
          exportName="exchange-rates"
          empty={<EmptyState drawing="list" isSmall title={t('rates.none')} sentence={t('rates.noneHelp')} />}
        />
      </Panel>
      <RateDrawer isOpen={isNew} onClose={() => setNew(false)} projectCurrency={projectCurrency} />
    </>
  );
}

function useRateColumns(): readonly Column<ListedRate>[] {
  const { t } = useTranslation('enrichment');
  const format = useFormat();
  const projectId = useProjectId();
  const { message } = App.useApp();
  const mayWrite = usePermissions()('enrichment.write');
  const { mutate } = useAct(deleteRate, { refreshes: ['enrichment.list_rates'] });
  return useMemo(() => {
    const remove = ({ base, quote, day }: ListedRate) =>
      mutate(
        { params: { projectId }, query: { base, quote, day } },
        { onSuccess: () => void message.success(t('rates.removed')), onError: (error) => void message.error(error.message) },
      );
    const columns: Column<ListedRate>[] = [
      { key: 'day', title: t('rates.day'), value: (row) => row.day, render: (row) => row.day },
      { key: 'pair', title: t('rates.pair'), value: (row) => `${row.base}/${row.quote}`, render: (row) => `${row.base} / ${row.quote}` },
      {
        key: 'rate',
        title: t('rates.value'),
        align: 'right',
        value: (row) => row.rate,
        render: (row) => `1 ${row.base} = ${format.number(row.rate, digitsOf(row.rate))} ${row.quote}`,
      },
      {
        key: 'source',
        title: t('rates.source'),
        value: (row) => t(`rates.sources.${row.source}`),
        render: (row) => t(`rates.sources.${row.source}`),
      },
    ];
    if (mayWrite)
      columns.push({
        key: 'acts',
        title: t('rates.remove'),
        isTitleHidden: true,
        render: (row) => (
          <Button size="small" type="text" onClick={() => remove(row)}>
            {t('rates.remove')}
          </Button>
        ),
      });
    return columns;
  }, [t, format, mutate, message, projectId, mayWrite]);
}

function digitsOf(rate: number): number {
  return rate >= 1_000 ? 2 : rate >= 1 ? 4 : 6;
}

function ImportButton() {
  const { t } = useTranslation('enrichment');
  const { modal, message } = App.useApp();
  const projectId = useProjectId();
  const act = useAct(importRates);
  const send = async (file: File) => {
    try {
      const { read, changed, firstDay, lastDay, faults } = await act.mutateAsync({ params: { projectId }, body: { csv: await file.text() } });
      await refresh(queryClient, ['enrichment.list_rates']);
      const told = t('rates.imported', { read, changed, first: firstDay ?? '', last: lastDay ?? '' });
      if (faults.length === 0) message.success(told);
      else modal.info({ title: told, content: <Faults faults={faults} /> });
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Upload
      accept=".csv,text/csv"
      showUploadList={false}
      beforeUpload={(file) => {
        void send(file);
        return false;
      }}
    >
      <Button loading={act.isPending}>{t('rates.import')}</Button>
    </Upload>
  );
}

function Faults({ faults }: { faults: ReplyOf<typeof importRates>['faults'] }) {
  const { t } = useTranslation('enrichment');
  const lines = faults
    .slice(0, 10)
    .map((fault) => t('rates.fault', { line: fault.line, reason: t(`rates.reasons.${fault.reason}`), value: fault.value }));
  return <Alert type="warning" title={t('rates.faults', { count: faults.length })} description={lines.map((line) => <div key={line}>{line}</div>)} />;
}
