import {
  ApartmentOutlined,
  BellOutlined,
  IdcardOutlined,
  MinusCircleOutlined,
  PlusOutlined,
  TeamOutlined,
  ThunderboltOutlined,
} from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './AudienceBuilder.module.css';
import { useBuilder } from './builder-context.ts';
import { type StartKind, startKinds, startOf } from './starts.ts';
import type { Path } from './tree.ts';

const icons: Record<StartKind, ReactNode> = {
  did: <ThunderboltOutlined />,
  didNot: <MinusCircleOutlined />,
  trait: <IdcardOutlined />,
  segment: <TeamOutlined />,
  notReached: <BellOutlined />,
  group: <ApartmentOutlined />,
};

interface AddMenuProps {
  /** The group that gets the new condition. */
  path: Path;
  /** True: every kind is a button of its own, as at the root. */
  isWide: boolean;
  /** False: another group would be too deep. */
  hasGroup: boolean;
}

/** Adds a condition to a group. */
export function AddMenu({ path, isWide, hasGroup }: AddMenuProps) {
  const { t } = useTranslation('audiences');
  const { add } = useBuilder();
  const kinds = startKinds.filter((kind) => hasGroup || kind !== 'group');
  if (isWide) {
    return (
      <div className={styles['add']} data-add={path}>
        <span className={styles['addWord']}>{t('builder.add')}</span>
        {kinds.map((kind) => (
          <Button key={kind} size="small" icon={icons[kind]} onClick={() => add(path, startOf(kind))}>
            {t(`builder.starts.${kind}`)}
          </Button>
        ))}
      </div>
    );
  }
  const items = kinds.map((kind) => ({ key: kind, icon: icons[kind], label: t(`builder.starts.${kind}`) }));
  return (
    <div className={styles['add']} data-add={path}>
      <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => add(path, startOf(key as StartKind)) }}>
        <Button size="small" type="text" className={styles['quietButton'] ?? ''} icon={<PlusOutlined />}>
          {t('builder.add')}
        </Button>
      </Dropdown>
    </div>
  );
}
