import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CloseOutlined,
  CopyOutlined,
  GroupOutlined,
  LoginOutlined,
  LogoutOutlined,
  MoreOutlined,
  SwapOutlined,
  UngroupOutlined,
} from '@ant-design/icons';
import { Button, Dropdown, type MenuProps, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '../../know/audiences/contract.ts';
import styles from './AudienceBuilder.module.css';
import { type Builder, useBuilder } from './builder-context.ts';
import { canNest, isGroup } from './issues.ts';
import { move, type Path, ungroupAt, type Way } from './tree.ts';

interface RowActionsProps {
  /** Place of the row. */
  path: Path;
  condition: Condition;
  /** Levels of groups around the row. */
  depth: number;
}

/** Copy, take out, and what else can be done with a row. */
export function RowActions({ path, condition, depth }: RowActionsProps) {
  const { t } = useTranslation('audiences');
  const builder = useBuilder();
  const [isOpen, setOpen] = useState(false);
  const items = useMenu(isOpen, { path, condition, depth });
  return (
    <div className={styles['actions']}>
      <Tooltip title={t('builder.duplicate')}>
        <Button size="small" type="text" aria-label={t('builder.duplicate')} icon={<CopyOutlined />} onClick={() => builder.duplicate(path)} />
      </Tooltip>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        open={isOpen}
        onOpenChange={setOpen}
        menu={{ items, onClick: ({ key }) => actOn(builder, path, key) }}
      >
        <Button size="small" type="text" aria-label={t('builder.more')} data-more icon={<MoreOutlined />} />
      </Dropdown>
      <Tooltip title={t('builder.remove')}>
        <Button size="small" type="text" aria-label={t('builder.remove')} icon={<CloseOutlined />} onClick={() => builder.remove(path)} />
      </Tooltip>
    </div>
  );
}

function actOn(builder: Builder, path: Path, key: string): void {
  if (key === 'negate') builder.negate(path);
  else if (key === 'group') builder.group(path);
  else if (key === 'ungroup') builder.ungroup(path);
  else builder.move(path, key as Way);
}

/** The menu of a row; what cannot be done is grey. Looked up only while it is open. */
function useMenu(isOpen: boolean, { path, condition, depth }: RowActionsProps): NonNullable<MenuProps['items']> {
  const { t } = useTranslation('audiences');
  const { root } = useBuilder();
  const item = (key: string, icon: React.ReactNode, isPossible: boolean) => ({ key, icon, label: t(`builder.acts.${key}`), disabled: !isPossible });
  if (!isOpen) return [item('up', <ArrowUpOutlined />, true)];
  const canGo = (way: Way) => move(root, path, way) !== undefined;
  return [
    item('up', <ArrowUpOutlined />, canGo('up')),
    item('down', <ArrowDownOutlined />, canGo('down')),
    item('in', <LoginOutlined />, canGo('in')),
    item('out', <LogoutOutlined />, canGo('out')),
    { type: 'divider' as const },
    item('negate', <SwapOutlined />, true),
    item('group', <GroupOutlined />, canNest(depth)),
    ...(isGroup(condition) ? [item('ungroup', <UngroupOutlined />, ungroupAt(root, path) !== undefined)] : []),
  ];
}
