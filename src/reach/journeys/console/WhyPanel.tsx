import { Timeline } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type JourneyDefinition, type JourneyPersonReply, journeyPerson } from '../contract.ts';
import styles from './forms.module.css';
import { useStepText } from './use-step-text.ts';

interface WhyPanelProps {
  journeyId: number;
  personId: number;
  definition: JourneyDefinition | null;
}

/** Why a person did or did not get the messages: arm, triggers refused, each run's steps, each decision of the gate. */
export function WhyPanel({ journeyId, personId, definition }: WhyPanelProps) {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(journeyPerson, { params: { projectId, journeyId, personId } });
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} isSmall />;
  if (!data) return <DetailSkeleton />;
  const name = data.runs[0]?.name ?? `#${personId}`;
  return (
    <div className={styles['form']}>
      <h3>{t('why.title', { name })}</h3>
      <ProjectLink to={`people/${personId}`}>#{personId}</ProjectLink>
      <StatusMark meaning={data.arm === 'control' ? 'warning' : 'info'}>{t(`why.${data.arm}`)}</StatusMark>
      {data.runs.length === 0 ? <p>{t('why.never')}</p> : null}
      <Refusals refusals={data.refusals} />
      {data.runs.map((run) => (
        <Run key={run.runId} run={run} reply={data} definition={definition} />
      ))}
      <Messages deliveries={data.deliveries} />
    </div>
  );
}

function Refusals({ refusals }: { refusals: JourneyPersonReply['refusals'] }) {
  const { t } = useTranslation('journeys');
  const format = useFormat();
  if (refusals.length === 0) return null;
  return (
    <section>
      <h4>{t('why.refusals')}</h4>
      <ul>
        {refusals.map((one) => (
          <li key={one.reason}>
            {t(`why.refused.${one.reason}`)} <span className="quiet small">{t('why.times', { count: one.times, at: format.relative(one.at) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Run({
  run,
  reply,
  definition,
}: {
  run: JourneyPersonReply['runs'][number];
  reply: JourneyPersonReply;
  definition: JourneyDefinition | null;
}) {
  const { t } = useTranslation(['journeys', 'gate']);
  const text = useStepText();
  const steps = reply.steps.filter((step) => step.runId === run.runId);
  const nameOf = (id: string, kind: string) => {
    const node = definition?.nodes.find((one) => one.id === id);
    return node ? text.name(node) : t(`journeys:kinds.${kind}`, { defaultValue: id });
  };
  const line = (key: string, color: string, title: ReactNode, at: string) => ({
    key,
    color,
    content: (
      <div>
        {title}
        <div className="quiet small">
          <TimeText at={at} withSeconds />
        </div>
      </div>
    ),
  });
  return (
    <section>
      <h4>
        {t('journeys:results.version')} {run.version} · {t(`journeys:outcomes.${run.outcome}`)}
      </h4>
      <Timeline
        items={[
          line('entered', 'green', t('journeys:results.entered'), run.enteredAt),
          ...steps.map((step) =>
            line(
              `${step.node}-${step.visit}`,
              step.outcome === 'skipped' ? 'red' : 'green',
              `${nameOf(step.node, step.kind)} · ${t(`journeys:outcomes.${step.outcome}`)}`,
              step.at,
            ),
          ),
          ...(run.wakeAt && run.node ? [line('now', 'blue', `${nameOf(run.node, '')} · ${t('journeys:people.next')}`, run.wakeAt)] : []),
          ...(run.goalAt ? [line('goal', 'green', t('journeys:results.goal'), run.goalAt)] : []),
        ]}
      />
    </section>
  );
}

function Messages({ deliveries }: { deliveries: JourneyPersonReply['deliveries'] }) {
  const { t } = useTranslation(['journeys', 'gate']);
  if (deliveries.length === 0) return null;
  return (
    <section>
      <h4>{t('journeys:why.messages')}</h4>
      <ul className={styles['steps']}>
        {deliveries.map((one) => (
          <li key={one.id}>
            <ProjectLink to={`messages?message=${one.id}`}>{one.subject ?? one.node}</ProjectLink> · {t(`gate:states.${one.state}`)}
            {one.reason ? <span className="quiet"> · {t(`gate:reasons.${one.reason}`)}</span> : null}{' '}
            <span className="quiet small">
              <TimeText at={one.sentAt ?? one.createdAt} />
            </span>
            {one.lastError ? <div className="quiet small">{one.lastError}</div> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
