import { Alert, Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ChartSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { type Journey, type JourneyDefinition, type JourneyResultsReply, journeyResults } from '../contract.ts';
import { DryRunDrawer } from './DryRunDrawer.tsx';
import styles from './forms.module.css';
import { JourneyCanvas } from './JourneyCanvas.tsx';
import { JourneyPeople } from './JourneyPeople.tsx';
import { LiftPanel } from './LiftPanel.tsx';
import { TRIGGER } from './layout.ts';
import { StepList } from './StepList.tsx';

const REFRESH_MS = 3_000;

/** What became of the people: figures, the effect on the goal, and the drawing with live numbers on every step. */
export function JourneyResults({ journey }: { journey: Journey }) {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const [version, setVersion] = useUrlState('version', '');
  const query = /^\d+$/.test(version) ? { version } : {};
  const { data, error, refetch } = useRead(
    journeyResults,
    { params: { projectId, journeyId: journey.id }, query },
    { refetchIntervalMs: REFRESH_MS, enabled: journey.version !== null },
  );
  if (journey.version === null)
    return (
      <>
        <EmptyState drawing="chart" title={t('tabs.results')} sentence={t('results.notPublished')} />
        <DryRunDrawer journeyId={journey.id} definition={journey.draft} />
      </>
    );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <ChartSkeleton />;
  return (
    <>
      <Overview results={data} version={version} onVersion={setVersion} />
      <LiftPanel results={data} />
      {data.definition ? <Drawing results={data} definition={data.definition} /> : null}
      <NotReached results={data} />
      <JourneyPeople journey={journey} definition={data.definition} />
      <DryRunDrawer journeyId={journey.id} definition={journey.draft} />
    </>
  );
}

function Overview({ results, version, onVersion }: { results: JourneyResultsReply; version: string; onVersion(version: string): void }) {
  const { t } = useTranslation('journeys');
  const format = useFormat();
  const { runs, versions } = results;
  const options = [
    { value: '', label: t('results.allVersions') },
    ...versions.map((one) => ({ value: String(one.version), label: `${t('results.version')} ${one.version} · ${format.number(one.entered)}` })),
  ];
  return (
    <Panel extra={<Select aria-label={t('results.version')} style={{ minWidth: 160 }} value={version} options={options} onChange={onVersion} />}>
      <Figures>
        <Figure label={t('results.entered')} value={format.number(runs.entered)} />
        <Figure label={t('results.active')} value={format.number(runs.active)} />
        <Figure label={t('results.finished')} value={format.number(runs.finished)} />
        <Figure label={t('results.goal')} value={format.number(runs.goalReached)} />
      </Figures>
    </Panel>
  );
}

function Drawing({ results, definition }: { results: JourneyResultsReply; definition: JourneyDefinition }) {
  const { t } = useTranslation(['journeys', 'gate']);
  const format = useFormat();
  const isNarrow = useNarrow();
  const [node, setNode] = useUrlState('node', '');
  const byNode = useMemo(() => new Map(results.nodes.map((one) => [one.node, one])), [results.nodes]);
  const note = useCallback(
    (id: string) => {
      if (id === TRIGGER) return `${t('journeys:results.entered')} ${format.number(results.runs.entered)}`;
      const counts = byNode.get(id);
      if (!counts) return format.number(0);
      const parts = Object.keys(counts.deliveries).length > 0 ? counts.deliveries : counts.outcomes;
      const named = Object.keys(counts.deliveries).length > 0 ? 'gate:states' : 'journeys:outcomes';
      return (
        <>
          <b>{format.number(counts.entered)}</b>
          {counts.waiting > 0 ? <span>{t('journeys:results.waiting', { count: counts.waiting })}</span> : null}
          {Object.entries(parts).map(([key, count]) => (
            <span key={key} className="quiet">
              {t(`${named}.${key}`)} {format.number(count)}
            </span>
          ))}
        </>
      );
    },
    [byNode, results.runs.entered, t, format],
  );
  const open = useCallback((id: string) => setNode(id, { push: true }), [setNode]);
  const drawing = { definition, onOpen: open, note };
  return <div className={styles['whole']}>{isNarrow ? <StepList {...drawing} /> : <JourneyCanvas {...drawing} selected={node} />}</div>;
}

/** Why people did not get the messages, over all steps; each reason opens its people. */
function NotReached({ results }: { results: JourneyResultsReply }) {
  const { t } = useTranslation(['journeys', 'gate']);
  const format = useFormat();
  const [, setNode] = useUrlState('node', '');
  const [, setOutcome] = useUrlState('outcome', '');
  const rows = results.nodes.flatMap((node) => Object.entries(node.reasons).map(([reason, count]) => ({ node: node.node, reason, count })));
  if (rows.length === 0) return null;
  const nameOf = (id: string) => results.definition?.nodes.find((one) => one.id === id)?.name || t('journeys:kinds.email');
  const open = (node: string, reason: string) => {
    setNode(node);
    setOutcome(reason);
  };
  return (
    <Panel title={t('journeys:results.notReached')}>
      <div className={styles['reasons']}>
        {rows
          .toSorted((a, b) => b.count - a.count)
          .map(({ node, reason, count }) => (
            <button type="button" className={styles['chip']} key={`${node}-${reason}`} onClick={() => open(node, reason)}>
              <b>{format.number(count)}</b> {t(`gate:reasons.${reason}`)} <span className="quiet small">{nameOf(node)}</span>
            </button>
          ))}
      </div>
      {results.mixed > 0 ? <Alert type="info" showIcon title={t('journeys:results.mixed', { count: results.mixed })} /> : null}
    </Panel>
  );
}
