import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { LinkRows } from '../../../console/kit/LinkRows.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type JourneySummary, listJourneys } from '../contract.ts';
import { JourneyState } from './JourneyState.tsx';

const SHOWN = 5;
const REFRESH_MS = 15_000;

/** The journeys last changed, with how many people are on their way. */
export function JourneysCard() {
  const { t } = useTranslation('journeys');
  const journeys = useRead(listJourneys, { params: { projectId: useProjectId() }, query: {} }, { refetchIntervalMs: REFRESH_MS });
  return (
    <Panel title={t('home.title')} extra={<ProjectLink to="journeys">{t('home.all')}</ProjectLink>}>
      {journeys.error ? (
        <ErrorPanel error={journeys.error} onRetry={() => void journeys.refetch()} isSmall />
      ) : (
        <Latest items={journeys.data?.items} />
      )}
    </Panel>
  );
}

function Latest({ items }: { items: readonly JourneySummary[] | undefined }) {
  const { t } = useTranslation('journeys');
  const format = useFormat();
  const go = useGo();
  const can = usePermissions();
  if (!items) return <ListSkeleton rows={SHOWN} />;
  const current = items.filter((journey) => journey.state !== 'archived').slice(0, SHOWN);
  if (current.length === 0) {
    const action = can('journeys.write') ? <Button onClick={() => go('journeys?new=1')}>{t('new')}</Button> : undefined;
    return <EmptyState isSmall drawing="journey" title={t('home.empty')} sentence={t('home.emptySentence')} action={action} />;
  }
  const rows = current.map((journey) => ({
    key: journey.id,
    name: journey.name,
    to: `journeys/${journey.id}`,
    note: t('home.counts', { entered: format.number(journey.entered), active: format.number(journey.active) }),
    value: <JourneyState state={journey.state} />,
  }));
  return <LinkRows rows={rows} />;
}
