import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { PageSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { adoptEvents, getPlanEvent } from '../contract.ts';
import { EventActions } from './EventActions.tsx';
import { EventDrawer } from './EventDrawer.tsx';
import styles from './Plan.module.css';
import { isPreset, PlanStatus } from './PlanStatus.tsx';
import { PropertyTable } from './PropertyTable.tsx';
import { usePlanWords } from './use-plan-words.ts';
import { ViolationTable } from './ViolationTable.tsx';
import { VolumeChart } from './VolumeChart.tsx';
import type { WholeEvent } from './whole-event.ts';

const REFRESH_MS = 10_000;
const WEEK = 7;

/** One event: what the plan says, what arrives, and where they differ. */
export function EventPage() {
  const projectId = useProjectId();
  const [event] = useUrlState('event', '');
  const { data, error, refetch } = useRead(getPlanEvent, { params: { projectId }, query: { event } }, { refetchIntervalMs: REFRESH_MS });
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data || data.event !== event) return <PageSkeleton />;
  return <Whole whole={data} />;
}

function Whole({ whole }: { whole: WholeEvent }) {
  const { t } = useTranslation('tracking-plan');
  const words = usePlanWords();
  const [isEditing, setEditing] = useUrlState('edit', '');
  const { definition, isInPlan, event } = whole;
  const name = words.name(definition.displayName, event);
  return (
    <PageFrame
      title={
        <span className={styles['title']}>
          {name ?? event} <PlanStatus status={isInPlan ? (definition.status ?? 'expected') : 'unplanned'} of={whole} />
        </span>
      }
      documentTitle={name ?? event}
      purpose={definition.description ?? (name ? event : undefined)}
      action={<EventActions whole={whole} onEdit={() => setEditing('1')} />}
    >
      <Notice whole={whole} />
      <Panel span={8} title={t('event.volume')}>
        <VolumeFigures whole={whole} />
        <VolumeChart whole={whole} />
      </Panel>
      <Panel span={4} title={t('event.about')}>
        <About whole={whole} />
      </Panel>
      <PropertyTable whole={whole} />
      <Panel title={t('violations.title')} note={t('violations.note')} isFlush>
        <ViolationTable violations={whole.violations} />
      </Panel>
      <EventDrawer isOpen={isEditing === '1'} onClose={() => setEditing('')} of={whole} />
    </PageFrame>
  );
}

/** What wants to be done: take the event into the plan, or decide about what waits. */
function Notice({ whole }: { whole: WholeEvent }) {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const projectId = useProjectId();
  const adopt = useAct(adoptEvents, { refreshes: ['tracking-plan.'] });
  const { event } = whole;
  return (
    <>
      {whole.isInPlan || isPreset(whole) || !can('tracking-plan.write') ? null : (
        <Alert
          type="info"
          showIcon
          title={t('event.notPlanned')}
          description={t('event.notPlannedHelp', { count: Object.keys(whole.suggestion.properties ?? {}).length })}
          action={
            <Button type="primary" loading={adopt.isPending} onClick={() => adopt.mutate({ params: { projectId }, body: { events: [event] } })}>
              {t('acts.adopt')}
            </Button>
          }
        />
      )}
      {whole.waiting > 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t('event.waiting', { count: whole.waiting })}
          action={<ProjectLink to={`tracking-plan/quarantine?f.event=${encodeURIComponent(event)}`}>{t('event.decide')}</ProjectLink>}
        />
      ) : null}
    </>
  );
}

function VolumeFigures({ whole }: { whole: WholeEvent }) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const sum = (days: readonly { count: number }[]) => days.reduce((total, day) => total + day.count, 0);
  return (
    <Figures>
      <Figure label={t('figures.today')} value={format.number(whole.days.at(-1)?.count ?? 0)} definition={t('definitions.volume')} />
      <Figure label={t('figures.week')} value={format.number(sum(whole.days.slice(-WEEK)))} />
      <Figure label={t('figures.violations')} value={format.number(sum(whole.violationDays.slice(-WEEK)))} definition={t('definitions.violations')} />
    </Figures>
  );
}

function About({ whole }: { whole: WholeEvent }) {
  const { t } = useTranslation('tracking-plan');
  const { definition } = whole;
  return (
    <Facts
      items={[
        { name: t('event.name'), value: <code>{whole.event}</code> },
        { name: t('columns.owner'), value: definition.owner },
        { name: t('columns.tags'), value: definition.tags?.join(', ') },
        { name: t('columns.firstSeen'), value: whole.firstSeen ? <TimeText at={whole.firstSeen} /> : t('neverSeen') },
        { name: t('columns.lastSeen'), value: whole.lastSeen ? <TimeText at={whole.lastSeen} isRelative /> : t('neverSeen') },
        {
          name: t('event.ownRules'),
          value: Object.entries(definition.rules ?? {}).map(([kind, consequence]) => (
            <div key={kind}>
              {t(`kinds.${kind}`)}: {t(`consequences.${consequence}`)}
            </div>
          )),
        },
      ].filter((fact) => !Array.isArray(fact.value) || fact.value.length > 0)}
    />
  );
}
