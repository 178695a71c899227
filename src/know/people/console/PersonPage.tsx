import { Alert } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { Definition } from '../../../console/kit/Definition.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { getPerson, type Person } from '../contract.ts';
import { EraseButton } from './EraseButton.tsx';
import { secondLineOf } from './names.ts';
import styles from './People.module.css';
import { Timeline } from './Timeline.tsx';
import { TraitList } from './TraitList.tsx';
import { useKindName } from './use-kind-name.ts';

/** While the page is open, what happens shows up by itself. */
const REFRESH_MS = 10_000;

/** One person: who they are, and everything that happened. */
export function PersonPage() {
  const { t } = useTranslation('people');
  const projectId = useProjectId();
  const personId = Number(usePathParam('personId'));
  const go = useGo();
  const [mergedFrom] = useUrlState('from', 0);
  const read = useRead(getPerson, { params: { projectId, personId } }, { enabled: Number.isInteger(personId), refetchIntervalMs: REFRESH_MS });
  const person = read.data;
  useEffect(() => {
    if (person?.mergedFrom !== undefined) go(`people/${person.personId}?from=${person.mergedFrom}`, { replace: true });
  }, [person, go]);
  if (!person) {
    return (
      <PageFrame title={t('person')}>
        {read.error ? <ErrorPanel error={read.error} onRetry={() => void read.refetch()} /> : <DetailSkeleton />}
      </PageFrame>
    );
  }
  return (
    <PageFrame title={person.label} purpose={secondLineOf(person)} action={<EraseButton person={person} />}>
      {mergedFrom ? <Alert type="info" showIcon title={t('mergedFrom', { number: mergedFrom })} /> : null}
      <div className={styles['columns']}>
        <div className={styles['aside']}>
          <Counts person={person} />
          <Ids person={person} />
          <Panel title={t('traits')} isFlush>
            <TraitList traits={person.traits} />
          </Panel>
          <Segments person={person} />
        </div>
        <Timeline key={person.personId} person={person} />
      </div>
    </PageFrame>
  );
}

function Counts({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const format = useFormat();
  const rows = [
    { key: 'lastSeen', value: person.lastSeenAt === undefined ? t('neverSeen') : <TimeText at={person.lastSeenAt} isRelative /> },
    { key: 'firstSeen', value: <TimeText at={person.firstSeenAt ?? person.createdAt} /> },
    { key: 'events', value: format.number(person.eventCount) },
  ];
  return (
    <Panel isFlush>
      <dl className={styles['traits']}>
        {rows.map(({ key, value }) => (
          <div key={key}>
            <dt>
              {t(`figures.${key}`)} <Definition>{t(`definitions.${key}`)}</Definition>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Ids({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const kindName = useKindName();
  const kinds = Map.groupBy(person.externalIds, (id) => id.kind);
  return (
    <Panel title={t('ids')} note={t('idsNote')} extra={<ProjectLink to={`people/${person.personId}/identity`}>{t('identity.open')}</ProjectLink>}>
      <dl className={styles['ids']}>
        {[...kinds].map(([kind, ids]) => (
          <div key={kind}>
            <dt>{kindName(kind)}</dt>
            {ids.map((id) => (
              <dd key={id.value}>
                <CopyText text={id.value} />
              </dd>
            ))}
          </div>
        ))}
        <div>
          <dt>{t('kinds.number')}</dt>
          <dd>
            <CopyText text={String(person.personId)} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function Segments({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  return (
    <Panel title={t('segments')}>
      {person.segments.length === 0 ? <p className="quiet small">{t('noSegments')}</p> : null}
      <ul className={styles['segments']}>
        {person.segments.map((segment) => (
          <li key={segment.segmentId}>
            <ProjectLink to={`segments/${segment.segmentId}`}>{segment.name}</ProjectLink>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
