import { ApiOutlined, LogoutOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown, type MenuProps } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../../workspace/access/contract.ts';
import { call } from '../api.ts';
import { useGo } from '../kit/use-go.ts';
import { useSession } from '../kit/use-session.ts';
import { LanguageButton, ThemeButton } from './Choices.tsx';
import styles from './Shell.module.css';

interface TopBarProps {
  /** Where the reader is. */
  left: ReactNode;
  /** Absent: no command palette here. */
  onSearch?: () => void;
}

/** The line at the top: where one is, search, language, theme, member. */
export function TopBar({ left, onSearch }: TopBarProps) {
  const { t } = useTranslation('console');
  const keyName = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘ K' : 'Ctrl K';
  return (
    <header className={styles['top']}>
      <div className={styles['where']}>{left}</div>
      {onSearch ? (
        <button type="button" className={styles['search']} onClick={onSearch}>
          <SearchOutlined aria-hidden="true" />
          <span>{t('top.search')}</span>
          <kbd>{keyName}</kbd>
        </button>
      ) : null}
      <LanguageButton />
      <ThemeButton />
      <MemberMenu />
    </header>
  );
}

function MemberMenu() {
  const { t } = useTranslation('console');
  const { member } = useSession();
  const client = useQueryClient();
  const go = useGo();
  const leave = async () => {
    await call(signOut, {});
    client.clear();
    go('/sign-in');
  };
  const items: MenuProps['items'] = [
    { key: 'who', disabled: true, label: <span className="small">{member.email}</span> },
    { type: 'divider' },
    { key: 'account', icon: <UserOutlined />, label: t('top.account'), onClick: () => go('/account') },
    { key: 'reference', icon: <ApiOutlined />, label: t('top.reference'), onClick: () => window.open('/reference', '_blank', 'noopener') },
    { key: 'leave', icon: <LogoutOutlined />, label: t('top.signOut'), onClick: () => void leave() },
  ];
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
      <Button
        type="text"
        size="small"
        shape="circle"
        className={styles['member'] ?? ''}
        aria-label={`${t('top.member')}: ${member.name || member.email}`}
      >
        {[...(member.name || member.email)][0]?.toUpperCase()}
      </Button>
    </Dropdown>
  );
}
