import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { PageSkeleton } from '../../../console/kit/Skeletons.tsx';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { getJourney } from '../contract.ts';
import { JourneyActions } from './JourneyActions.tsx';
import { JourneyEditor } from './JourneyEditor.tsx';
import { JourneyResults } from './JourneyResults.tsx';
import { JourneyState } from './JourneyState.tsx';

/** One journey: its design and its results. */
export function JourneyPage() {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const journeyId = Number(usePathParam('journeyId'));
  const [tab, setTab] = useUrlState('tab', 'edit');
  const { data: journey, error, refetch } = useRead(getJourney, { params: { projectId, journeyId } });
  if (error && !journey) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!journey || journey.id !== journeyId) return <PageSkeleton />;
  return (
    <PageFrame
      title={journey.name}
      purpose={
        <>
          <JourneyState state={journey.state} />
          {journey.version !== null && journey.hasUnpublishedChanges ? <span className="quiet small"> · {t('unpublished')}</span> : null}
        </>
      }
      action={<JourneyActions journey={journey} />}
      below={
        <Tabs
          activeKey={tab}
          onChange={(key) => setTab(key, { push: true })}
          items={[
            { key: 'edit', label: t('tabs.edit') },
            { key: 'results', label: t('tabs.results') },
          ]}
        />
      }
    >
      {tab === 'results' ? <JourneyResults journey={journey} /> : <JourneyEditor key={journey.id} journey={journey} />}
    </PageFrame>
  );
}
