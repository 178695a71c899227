import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type GroupView, getGroup } from '../contract.ts';
import { groupName } from './GroupList.tsx';
import styles from './Identity.module.css';
import { shortValue } from './names.ts';
import { TraitList } from './TraitList.tsx';

/** One group: what is known of it, how that changed, and who belongs to it. */
export function GroupPage() {
  const { t } = useTranslation('people');
  const format = useFormat();
  const projectId = useProjectId();
  const params = { projectId, type: usePathParam('type'), groupId: usePathParam('groupId') };
  const read = useRead(getGroup, { params });
  const group = read.data;
  if (!group)
    return (
      <PageFrame title={t('groups.one')}>
        {read.error ? <ErrorPanel error={read.error} onRetry={() => void read.refetch()} /> : <DetailSkeleton />}
      </PageFrame>
    );
  return (
    <PageFrame title={groupName(group)} purpose={`${group.type} · ${group.id}`} action={<ProjectLink to="groups">{t('groups.title')}</ProjectLink>}>
      <Panel span={5}>
        <Facts
          items={[
            { key: 'members', name: t('groups.members'), value: format.number(group.members) },
            { key: 'since', name: t('groups.since'), value: <TimeText at={group.createdAt} /> },
            { key: 'seen', name: t('groups.seen'), value: <TimeText at={group.seenAt} isRelative /> },
          ]}
        />
      </Panel>
      <Panel title={t('groups.traits')} span={7} isFlush>
        <TraitList traits={group.traits} />
      </Panel>
      <Members people={group.people} />
      <History history={group.history} />
    </PageFrame>
  );
}

function Members({ people }: { people: GroupView['people'] }) {
  const { t } = useTranslation('people');
  return (
    <Panel title={t('groups.people')} span={6} isFlush>
      {people.length === 0 ? <p className={styles['nothing']}>{t('groups.nobody')}</p> : null}
      <ul className={styles['rows']}>
        {people.map((person) => (
          <li key={person.personId}>
            <span className={styles['value']}>
              <ProjectLink to={`people/${person.personId}`}>{person.label}</ProjectLink>
            </span>
            <span className={styles['when']}>
              <TimeText at={person.since} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function History({ history }: { history: GroupView['history'] }) {
  const { t } = useTranslation('people');
  return (
    <Panel title={t('groups.history')} span={6} isFlush>
      {history.length === 0 ? <p className={styles['nothing']}>{t('groups.noHistory')}</p> : null}
      <ul className={styles['rows']}>
        {history.map((moment) => (
          <li key={`${moment.trait} ${moment.at} ${JSON.stringify(moment.value)}`}>
            <span className={styles['kind']}>{moment.trait}</span>
            <span className={styles['value']}>
              {moment.value === null || moment.value === undefined ? (
                <span className="quiet">{t('identity.cleared')}</span>
              ) : (
                shortValue(moment.value)
              )}
            </span>
            <span className={styles['when']}>
              <TimeText at={moment.at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
