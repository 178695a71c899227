import { EditOutlined, EllipsisOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type EventStatus, savePlanEvent, setEventStatus } from '../contract.ts';
import type { WholeEvent } from './whole-event.ts';

/** Edit, set another status, take out of the plan. */
export function EventActions({ whole, onEdit }: { whole: WholeEvent; onEdit(): void }) {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const format = useFormat();
  const { message } = App.useApp();
  const confirm = useConfirmDanger();
  const projectId = useProjectId();
  const refreshes = ['tracking-plan.'];
  const setStatus = useAct(setEventStatus, { refreshes });
  const save = useAct(savePlanEvent, { refreshes });
  if (!can('tracking-plan.write')) return null;
  const { event } = whole;
  const status = whole.isInPlan ? (whole.definition.status ?? 'expected') : 'unplanned';
  const put = (next: EventStatus) => setStatus.mutateAsync({ params: { projectId }, body: { events: [event], status: next } });
  const week = whole.days.slice(-7).reduce((sum, day) => sum + day.count, 0);
  const acts: Record<string, () => void> = {
    expected: () => void put('expected').catch((error: Error) => message.error(error.message)),
    deprecated: () => void put('deprecated').catch((error: Error) => message.error(error.message)),
    blocked: () =>
      confirm({
        title: t('acts.blockTitle', { count: 1 }),
        consequence: t('acts.blockOne', { number: format.number(week) }),
        action: t('acts.block'),
        onConfirm: () => put('blocked'),
      }),
    remove: () =>
      confirm({
        title: t('event.removeTitle', { event }),
        consequence: t('event.removeConsequence'),
        action: t('event.remove'),
        onConfirm: () => save.mutateAsync({ params: { projectId }, body: { event, definition: null, ifVersion: whole.version } }),
      }),
  };
  const items = [
    ...(status === 'expected' ? [] : [{ key: 'expected', label: t('acts.expect') }]),
    ...(status === 'deprecated' ? [] : [{ key: 'deprecated', label: t('acts.deprecate') }]),
    ...(status === 'blocked' ? [] : [{ key: 'blocked', label: t('acts.block'), danger: true }]),
    ...(whole.isInPlan ? [{ key: 'remove', label: t('event.remove'), danger: true }] : []),
  ];
  return (
    <>
      <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => acts[key]?.() }}>
        <Button aria-label={t('document.more')} icon={<EllipsisOutlined />} />
      </Dropdown>
      <Button type="primary" icon={<EditOutlined />} onClick={onEdit}>
        {t('event.edit')}
      </Button>
    </>
  );
}
