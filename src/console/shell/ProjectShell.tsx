import { AppstoreOutlined, HomeOutlined, SearchOutlined } from '@ant-design/icons';
import { Outlet, useLocation } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/EmptyState.tsx';
import { ProjectLink } from '../kit/ProjectLink.tsx';
import { useGo } from '../kit/use-go.ts';
import { useProject, useProjectId } from '../kit/use-project.ts';
import { useSession } from '../kit/use-session.ts';
import { lastProject } from '../preferences.ts';
import { useNarrow } from '../theme/use-mode.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { useCurrentEntry } from './navigation.ts';
import { ProjectSwitcher } from './ProjectSwitcher.tsx';
import { Rail, RailLinks } from './Rail.tsx';
import styles from './Shell.module.css';
import { TopBar } from './TopBar.tsx';

/** Everything of one project: rail, top bar, page. */
export function ProjectShell() {
  const { t } = useTranslation('console');
  const projectId = useProjectId();
  const isOwn = useSession().projects.some((project) => project.id === projectId);
  const go = useGo();
  useEffect(() => {
    if (isOwn) lastProject.set(String(projectId));
  }, [isOwn, projectId]);
  if (isOwn) return <OwnProjectShell key={projectId} />;
  return (
    <EmptyState
      drawing="lost"
      isPage
      title={t('noProject.title')}
      sentence={t('noProject.sentence')}
      action={<Button onClick={() => go('/projects')}>{t('noProject.action')}</Button>}
    />
  );
}

function OwnProjectShell() {
  const { t } = useTranslation('console');
  const isNarrow = useNarrow();
  const [isSearching, setSearching] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setSearching((now) => !now);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  const search = () => setSearching(true);
  return (
    <div className={styles['shell']}>
      <a href="#content" className={styles['skip']}>
        {t('skip')}
      </a>
      {isNarrow ? null : <Rail />}
      <div className={styles['side']}>
        <TopBar left={<Breadcrumb />} {...(isNarrow ? {} : { onSearch: search })} />
        <main id="content" tabIndex={-1} className={styles['main']}>
          <Outlet />
        </main>
      </div>
      {isNarrow ? <BottomBar onSearch={search} /> : null}
      <CommandPalette isOpen={isSearching} onClose={() => setSearching(false)} />
    </div>
  );
}

function Breadcrumb() {
  const { t } = useTranslation('console');
  const project = useProject();
  const entry = useCurrentEntry();
  const stage = entry?.navigation.stage;
  return (
    <ol className={styles['crumbs']}>
      <li>
        <ProjectLink to="">{project.name}</ProjectLink>
      </li>
      {stage && stage !== 'home' ? <li className={styles['crumbStage']}>{t(`stage.${stage}`)}</li> : null}
      <li>{entry ? <ProjectLink to={entry.path}>{t(entry.navigation.label)}</ProjectLink> : t('home.title')}</li>
    </ol>
  );
}

function BottomBar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation('console');
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  const close = () => setOpen(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sheet closes when the reader has gone somewhere
  useEffect(close, [pathname]);
  return (
    <>
      <div className={styles['bottom']}>
        <ProjectLink to="">
          <HomeOutlined />
          {t('home.title')}
        </ProjectLink>
        <button type="button" onClick={() => setOpen(true)} aria-expanded={isOpen}>
          <AppstoreOutlined />
          {t('rail.menu')}
        </button>
        <button type="button" onClick={onSearch}>
          <SearchOutlined />
          {t('top.search')}
        </button>
      </div>
      <Drawer
        open={isOpen}
        onClose={close}
        placement="bottom"
        size="78%"
        title={<ProjectSwitcher isNarrow={false} />}
        styles={{ body: { padding: 8 } }}
      >
        <RailLinks isNarrow={false} />
      </Drawer>
    </>
  );
}
