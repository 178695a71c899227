import { AppstoreOutlined, CheckOutlined, DownOutlined, PlusOutlined } from '@ant-design/icons';
import { Dropdown, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGo } from '../kit/use-go.ts';
import { useProject } from '../kit/use-project.ts';
import { useSession } from '../kit/use-session.ts';
import styles from './Rail.module.css';

/** The project of the page; opens the others. */
export function ProjectSwitcher({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation('console');
  const session = useSession();
  const project = useProject();
  const go = useGo();
  const items: MenuProps['items'] = [
    ...session.projects.map((one) => ({
      key: `/p/${one.id}`,
      label: one.isDemo ? `${one.name} · ${t('rail.demo')}` : one.name,
      icon: one.id === project.id ? <CheckOutlined /> : <span style={{ width: 14, display: 'inline-block' }} />,
    })),
    { type: 'divider' },
    { key: '/projects', label: t('rail.projects'), icon: <AppstoreOutlined /> },
    ...(session.canCreateProjects ? [{ key: '/projects?new=1', label: t('rail.newProject'), icon: <PlusOutlined /> }] : []),
  ];
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => go(key), style: { maxHeight: '70vh', overflow: 'auto', minWidth: 216 } }}>
      <button type="button" className={styles['switcher']} aria-label={`${t('rail.switch')}: ${project.name}`}>
        <span className={styles['letter']} aria-hidden="true">
          {[...project.name][0]?.toUpperCase()}
        </span>
        {isNarrow ? null : (
          <>
            <span className={styles['project']} title={project.name}>
              {project.name}
              <span className={styles['zone']}>{project.timeZone}</span>
            </span>
            <DownOutlined style={{ fontSize: 10, color: 'var(--tertiary)' }} />
          </>
        )}
      </button>
    </Dropdown>
  );
}
