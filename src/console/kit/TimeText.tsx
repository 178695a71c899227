import { Tooltip } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './TimeText.module.css';
import { useFormat } from './use-format.ts';
import { useProjectId } from './use-project.ts';
import { SessionContext } from './use-session.ts';

interface TimeTextProps {
  at: Date | string | number;
  /** True: "3 min ago". */
  isRelative?: boolean;
  withSeconds?: boolean;
}

/** A time in the project's zone; on hover also UTC and the reader's own. */
export function TimeText({ at, isRelative = false, withSeconds = false }: TimeTextProps) {
  const { t } = useTranslation('console');
  const format = useFormat();
  const projectId = useProjectId();
  const zone = useContext(SessionContext)?.projects.find((project) => project.id === projectId)?.timeZone;
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return <span>–</span>;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const rows: [string, string][] = [
    ...(zone ? [[t('time.project', { zone }), format.time(instant, zone, true)] as [string, string]] : []),
    ['UTC', format.time(instant, 'UTC', true)],
    [t('time.reader', { zone: own }), format.time(instant, own, true)],
  ];
  const explanation = (
    <dl className={styles['zones']}>
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Tooltip title={explanation} mouseEnterDelay={0.3} styles={{ root: { maxWidth: 360 } }}>
      <time dateTime={instant.toISOString()} className={styles['time']}>
        {isRelative ? format.relative(instant) : format.time(instant, zone, withSeconds)}
      </time>
    </Tooltip>
  );
}
