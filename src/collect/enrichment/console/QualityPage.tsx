import { Button, Segmented, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { getQuality, type QualityMeasure } from '../contract.ts';
import { ClientTable } from './ClientTable.tsx';
import { FateChart } from './FateChart.tsx';
import { MeasureList } from './MeasureList.tsx';
import styles from './Quality.module.css';
import type { QualityAnswer } from './quality-answer.ts';

const HOUR_MS = 3_600_000;
const periods = { day: 24, week: 7 * 24, month: 30 * 24, quarter: 90 * 24 } as const;
type Period = keyof typeof periods;
const REFRESH_MS = 10_000;
const shownFates: readonly QualityMeasure[] = ['received', 'accepted', 'duplicate', 'refused', 'late'];

/** The hours of the period up to now; the key moves with the hour, so that answers are kept. */
function rangeOf(period: Period): { from: string; to: string } {
  const to = Math.ceil((Date.now() + 1) / HOUR_MS) * HOUR_MS;
  return { from: new Date(to - periods[period] * HOUR_MS).toISOString(), to: new Date(to).toISOString() };
}

/** Late, early, skewed, duplicated, refused and dropped events: how many, whose, why, and what to do. */
export function QualityPage() {
  const { t } = useTranslation('enrichment');
  const projectId = useProjectId();
  const [period, setPeriod] = useUrlState<Period>('period', 'week');
  const [client, setClient] = useUrlState('client', '');
  const known: Period = period in periods ? period : 'week';
  const unit = known === 'day' ? ('hour' as const) : ('day' as const);
  const query = { ...rangeOf(known), unit, ...(client !== '' && { client }) };
  const { data, error, refetch } = useRead(getQuality, { params: { projectId }, query }, { refetchIntervalMs: REFRESH_MS });
  const below = (
    <div className={styles['tools']}>
      <Segmented<Period>
        value={known}
        onChange={(next) => setPeriod(next)}
        options={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`quality.periods.${value}`) }))}
      />
      <ClientChoice answer={data} value={client} onChange={setClient} />
      <span className="quiet small">{t('quality.refresh')}</span>
    </div>
  );
  return (
    <PageFrame title={t('quality.title')} purpose={t('quality.purpose')} below={below}>
      {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {data || error ? null : <DetailSkeleton />}
      {data ? <Answer answer={data} unit={unit} /> : null}
    </PageFrame>
  );
}

function ClientChoice({ answer, value, onChange }: { answer: QualityAnswer | undefined; value: string; onChange(client: string): void }) {
  const { t } = useTranslation('enrichment');
  const names = useMemo(
    () => [...new Set([...(answer?.clients.map(({ client }) => client) ?? []), ...(value === '' ? [] : [value])])],
    [answer, value],
  );
  const options = [{ value: '', label: t('quality.allClients') }, ...names.map((name) => ({ value: name, label: name }))];
  return <Select aria-label={t('quality.client')} value={value} onChange={onChange} options={options} style={{ minWidth: 200 }} />;
}

function Answer({ answer, unit }: { answer: QualityAnswer; unit: 'hour' | 'day' }) {
  const { t } = useTranslation('enrichment');
  const format = useFormat();
  const { totals } = answer;
  const received = totals.received ?? 0;
  if (Object.keys(totals).length === 0)
    return (
      <Panel>
        <EmptyState
          drawing="stream"
          title={t('quality.emptyTitle')}
          sentence={t('quality.empty')}
          action={
            <ProjectLink to="events">
              <Button type="primary">{t('quality.howToSend')}</Button>
            </ProjectLink>
          }
        />
      </Panel>
    );
  return (
    <>
      <Panel>
        <Figures>
          {shownFates.map((measure) => (
            <Figure
              key={measure}
              label={t(`quality.measures.${measure}`)}
              value={format.number(totals[measure] ?? 0)}
              definition={t(`quality.meanings.${measure}`)}
              note={
                measure === 'received' || received === 0
                  ? undefined
                  : t('quality.share', { share: format.percent((totals[measure] ?? 0) / received) })
              }
            />
          ))}
        </Figures>
      </Panel>
      <Panel title={t('quality.fateTitle')} note={t('quality.fateNote')}>
        <FateChart series={answer.series} unit={unit} />
      </Panel>
      <Panel title={t('quality.oddTitle')} isFlush>
        <MeasureList answer={answer} />
      </Panel>
      <Panel title={t('quality.clientsTitle')} note={t('quality.clientsNote')} isFlush>
        <ClientTable clients={answer.clients} />
      </Panel>
    </>
  );
}
