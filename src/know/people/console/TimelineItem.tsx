import { ExperimentOutlined, MailOutlined, RightOutlined, SwapOutlined, TeamOutlined, UserOutlined } from '@ant-design/icons';
import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { useEventName } from '../../../console/kit/use-event-name.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePlanNames } from '../../../console/kit/use-plan-names.ts';
import { useProject } from '../../../console/kit/use-project.ts';
import { valueName } from '../../../console/kit/value-name.ts';
import type { TimelineEntry } from '../contract.ts';
import { firstProperties, nameOfEvent } from './names.ts';
import styles from './People.module.css';

/** One event: time, name, what matters of it; opens to everything that is known. */
export function TimelineItem({ entry }: { entry: TimelineEntry }) {
  const { t, i18n } = useTranslation('people');
  const format = useFormat();
  const { timeZone } = useProject();
  const [isOpen, setOpen] = useState(false);
  const label = useEventName(useCallback((event: string) => nameOfEvent(event, i18n.language), [i18n.language]))(entry.event);
  return (
    <li className={styles['entry']} data-passive={entry.passive}>
      <button type="button" className={styles['line']} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time className={styles['clock']} dateTime={new Date(entry.time).toISOString()}>
          {format.time(entry.time, timeZone, true).slice(11)}
        </time>
        <span className={styles['mark']} aria-hidden="true">
          {iconOf(entry.event)}
        </span>
        <span className={styles['what']}>
          <span className={styles['event']}>{label}</span>
          <Summary entry={entry} />
        </span>
        <RightOutlined className={styles['opener'] ?? ''} rotate={isOpen ? 90 : 0} aria-hidden="true" />
      </button>
      {isOpen ? (
        <div className={styles['details']}>
          <LinksOf entry={entry} />
          <JsonView value={entry.properties} />
          <dl className={styles['origin']}>
            <Fact name={t('origin.event')} text={entry.event} />
            <Fact name={t('origin.source')} text={t(`sources.${entry.source}`, { defaultValue: entry.source })} isPlain />
            <Fact name={t('origin.user')} text={entry.userId} />
            <Fact name={t('origin.anonymous')} text={entry.anonymousId} />
            <Fact name={t('origin.session')} text={entry.sessionId} />
            <Fact name={t('origin.message')} text={entry.messageId} />
          </dl>
        </div>
      ) : null}
    </li>
  );
}

function Fact({ name, text, isPlain = false }: { name: string; text: string; isPlain?: boolean }) {
  if (text === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{isPlain ? text : <CopyText text={text} />}</dd>
    </div>
  );
}

/** System events say in words what happened; others show their first properties. */
function Summary({ entry }: { entry: TimelineEntry }) {
  const { t, i18n } = useTranslation(['people', 'gate']);
  const plan = usePlanNames();
  const { properties } = entry;
  if (entry.event.startsWith('$message_')) {
    const reason = typeof properties['reason'] === 'string' ? t(`gate:reasons.${properties['reason']}`, { defaultValue: properties['reason'] }) : '';
    const channel = t(`people:channels.${String(properties['channel'])}`, { defaultValue: String(properties['channel'] ?? '') });
    return <span className={styles['summary']}>{[channel, reason].filter(Boolean).join(' · ')}</span>;
  }
  if (entry.event === '$segment_entered' || entry.event === '$segment_left') {
    return <span className={styles['summary']}>{String(properties['name'] ?? `#${properties['segmentId']}`)}</span>;
  }
  if (entry.event.startsWith('$journey_') || entry.event === '$goal_reached') {
    const words = [t('people:journey', { number: properties['journeyId'] }), properties['node'], wordOf(t, 'arms', properties['arm'])];
    return <span className={styles['summary']}>{words.filter(Boolean).join(' · ')}</span>;
  }
  return (
    <span className={styles['summary']}>
      {firstProperties(entry).map(({ name, value }) => (
        <span key={name}>
          <span className={styles['chipName']}>{plan.property(entry.event, name) ?? name}</span> {valueName(name, value, i18n.language) ?? value}
        </span>
      ))}
    </span>
  );
}

function wordOf(t: (key: string, options: { defaultValue: string }) => string, group: string, value: unknown): string {
  return typeof value === 'string' ? t(`people:${group}.${value}`, { defaultValue: value }) : '';
}

/** Where the thing that this event is about can be opened. */
function LinksOf({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation('people');
  const { segmentId, journeyId } = entry.properties;
  const links: ReactNode[] = [];
  if (Number.isInteger(segmentId))
    links.push(
      <ProjectLink key="segment" to={`segments/${segmentId}`}>
        {t('openSegment')}
      </ProjectLink>,
    );
  if (Number.isInteger(journeyId))
    links.push(
      <ProjectLink key="journey" to={`journeys/${journeyId}`}>
        {t('openJourney')}
      </ProjectLink>,
    );
  return links.length === 0 ? null : <p className={styles['links']}>{links}</p>;
}

function iconOf(event: string): ReactNode {
  if (event.startsWith('$message_')) return <MailOutlined />;
  if (event.startsWith('$segment_')) return <TeamOutlined />;
  if (event.startsWith('$journey_') || event === '$goal_reached') return <ExperimentOutlined />;
  if (event === '$merged' || event === '$alias') return <SwapOutlined />;
  if (event === '$identify' || event === '$group') return <UserOutlined />;
  return <span className={styles['dot']} />;
}
