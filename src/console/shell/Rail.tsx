import { HomeOutlined, MenuFoldOutlined, MenuUnfoldOutlined } from '@ant-design/icons';
import { useLocation } from '@tanstack/react-router';
import { Tooltip } from 'antd';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { ProjectLink } from '../kit/ProjectLink.tsx';
import { railChoice } from '../preferences.ts';
import { useStore } from '../store.ts';
import { useCurrentEntry, useNavigation } from './navigation.ts';
import { ProjectSwitcher } from './ProjectSwitcher.tsx';
import styles from './Rail.module.css';

/** The left rail: project, the stages of the loop with their slices, settings at the foot. */
export function Rail() {
  const { t } = useTranslation('console');
  const isNarrow = useStore(railChoice) === 'narrow';
  const name = t(isNarrow ? 'rail.expand' : 'rail.collapse');
  return (
    <div className={`${styles['rail']} ${isNarrow ? styles['narrow'] : ''}`}>
      <ProjectSwitcher isNarrow={isNarrow} />
      <RailLinks isNarrow={isNarrow} />
      <button type="button" className={styles['fold']} onClick={() => railChoice.set(isNarrow ? 'wide' : 'narrow')} aria-label={name}>
        {isNarrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
        {isNarrow ? null : <span>{name}</span>}
      </button>
    </div>
  );
}

/** The links of the rail; the bottom sheet of a phone shows the same. */
export function RailLinks({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation('console');
  const groups = useNavigation();
  const current = useCurrentEntry();
  const { pathname } = useLocation();
  const isHome = /^\/p\/\d+\/?$/.test(pathname);
  return (
    <nav aria-label={t('rail.navigation')} className={styles['links']}>
      <ul>
        <RailLink to="" label={t('home.title')} icon={HomeOutlined} isCurrent={isHome} isNarrow={isNarrow} />
      </ul>
      {groups.map(({ stage, entries }) => (
        <section
          key={stage}
          className={stage === 'settings' ? styles['foot'] : undefined}
          aria-label={stage === 'home' ? t('home.title') : t(`stage.${stage}`)}
        >
          {stage === 'home' ? null : <h2 className={styles['stage']}>{isNarrow ? <span aria-hidden="true" /> : t(`stage.${stage}`)}</h2>}
          <ul>
            {entries.map(({ path, navigation }) => (
              <RailLink
                key={path}
                to={path}
                label={t(navigation.label)}
                icon={navigation.icon}
                isCurrent={current?.path === path}
                isNarrow={isNarrow}
              />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

interface RailLinkProps {
  to: string;
  label: string;
  icon: ComponentType<{ 'aria-hidden'?: boolean }>;
  isCurrent: boolean;
  isNarrow: boolean;
}

function RailLink({ to, label, icon: Icon, isCurrent, isNarrow }: RailLinkProps) {
  const link = (
    <ProjectLink
      to={to}
      className={styles['link'] ?? ''}
      {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
      {...(isNarrow ? { 'aria-label': label } : {})}
    >
      <Icon aria-hidden />
      {isNarrow ? null : <span className={styles['word']}>{label}</span>}
    </ProjectLink>
  );
  return (
    <li>
      {isNarrow ? (
        <Tooltip title={label} placement="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}
