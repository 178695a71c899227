import { useQueryClient } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { ShownOnce } from '../../../console/kit/ShownOnce.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import type { OwnProject } from '../../../console/kit/use-project.ts';
import { useSession } from '../../../console/kit/use-session.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { renewSession } from '../../../console/session/session-query.ts';
import { type CreatedProject, NewProject } from './NewProject.tsx';

/** The member's projects. */
export function ProjectList() {
  const { t } = useTranslation('projects');
  const session = useSession();
  const client = useQueryClient();
  const go = useGo();
  const [isNew, setNew] = useUrlState('new', '');
  const [made, setMade] = useState<CreatedProject>();
  const columns = useProjectColumns();
  const create = session.canCreateProjects ? (
    <Button type="primary" onClick={() => setNew('1')}>
      {t('new')}
    </Button>
  ) : null;
  const enter = async () => {
    await renewSession(client);
    go(`/p/${made?.project.id}`);
  };
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={create}>
      <QueryTable
        id="projects"
        columns={columns}
        rows={session.projects}
        rowKey={(project) => String(project.id)}
        href={(project) => `/p/${project.id}`}
        searchPlaceholder={t('search')}
        empty={<EmptyState drawing="people" title={t('empty')} sentence={t(create ? 'emptySentence' : 'emptyNobody')} action={create} />}
      />
      <NewProject isOpen={isNew === '1'} onClose={() => setNew('')} onCreated={setMade} />
      <ShownOnce
        title={t('createdTitle', { name: made?.project.name })}
        note={t('createdNote')}
        secrets={
          made
            ? [
                { name: t('kinds.write'), secret: made.writeKey },
                { name: t('kinds.secret'), secret: made.secretKey },
              ]
            : undefined
        }
        onClose={() => void enter()}
      />
    </PageFrame>
  );
}

function useProjectColumns(): readonly Column<OwnProject>[] {
  const { t } = useTranslation('projects');
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('name'),
        value: (project) => project.name,
        render: (project) => (
          <>
            {project.name} {project.isDemo ? <Tag variant="filled">{t('demo')}</Tag> : null}
          </>
        ),
      },
      { key: 'role', title: t('role'), value: (project) => project.role, render: (project) => t(`access:roles.${project.role}`) },
      { key: 'timeZone', title: t('timeZone'), value: (project) => project.timeZone, render: (project) => project.timeZone },
      { key: 'currency', title: t('currency'), value: (project) => project.currency, render: (project) => project.currency },
      { key: 'createdAt', title: t('created'), value: (project) => project.createdAt, render: (project) => <TimeText at={project.createdAt} /> },
    ],
    [t],
  );
}
