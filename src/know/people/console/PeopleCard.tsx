import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { LinkRows } from '../../../console/kit/LinkRows.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listPeople } from '../contract.ts';

const SHOWN = 5;
const REFRESH_MS = 15_000;

/** How many people there are, and who was here last. */
export function PeopleCard() {
  const { t } = useTranslation('people');
  const format = useFormat();
  const people = useRead(listPeople, { params: { projectId: useProjectId() }, query: { limit: SHOWN } }, { refetchIntervalMs: REFRESH_MS });
  const total = people.data?.total;
  const rows = people.data?.items.map((person) => ({
    key: person.personId,
    name: person.label,
    to: `people/${person.personId}`,
    value: <span className="small quiet">{person.lastSeenAt === undefined ? '–' : <TimeText at={person.lastSeenAt} isRelative />}</span>,
  }));
  return (
    <Panel
      title={t('home.title')}
      extra={<ProjectLink to="people">{total === undefined ? t('home.all') : t('home.total', { number: format.number(total) })}</ProjectLink>}
    >
      {people.error ? (
        <ErrorPanel error={people.error} onRetry={() => void people.refetch()} isSmall />
      ) : rows ? (
        <LinkRows rows={rows} />
      ) : (
        <ListSkeleton rows={SHOWN} />
      )}
    </Panel>
  );
}
