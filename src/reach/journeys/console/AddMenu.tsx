import { PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { kindIcons } from './canvas-nodes.tsx';
import { addable, type Exit, type NodeKind } from './edit-graph.ts';

/** Adds a step on a way out. */
export function AddMenu({ at, onAdd, isWide = false }: { at: Exit; onAdd(at: Exit, kind: NodeKind): void; isWide?: boolean }) {
  const { t } = useTranslation('journeys');
  const items = addable.map((kind) => {
    const Icon = kindIcons[kind];
    return { key: kind, icon: <Icon />, label: t(`kinds.${kind}`), onClick: () => onAdd(at, kind) };
  });
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      {isWide ? (
        <Button size="small" type="dashed" icon={<PlusOutlined />}>
          {t('add')}
        </Button>
      ) : (
        <Button size="small" shape="circle" icon={<PlusOutlined />} aria-label={t('addHere')} />
      )}
    </Dropdown>
  );
}
