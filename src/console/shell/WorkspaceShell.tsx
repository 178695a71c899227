import { Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ProjectLink } from '../kit/ProjectLink.tsx';
import { Mark } from './Mark.tsx';
import styles from './Shell.module.css';
import { TopBar } from './TopBar.tsx';

/** Pages that belong to no project: the list of projects, the account. */
export function WorkspaceShell() {
  const { t } = useTranslation('console');
  return (
    <div className={styles['side']}>
      <a href="#content" className={styles['skip']}>
        {t('skip')}
      </a>
      <TopBar
        left={
          <ProjectLink to="/" className={styles['brand'] ?? ''}>
            <Mark sizePx={24} /> Perennial 常青
          </ProjectLink>
        }
      />
      <main id="content" tabIndex={-1} className={styles['main']}>
        <Outlet />
      </main>
    </div>
  );
}
