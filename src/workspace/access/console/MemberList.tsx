import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Dropdown, type MenuProps, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { ShownOnce } from '../../../console/kit/ShownOnce.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProject } from '../../../console/kit/use-project.ts';
import { useSession } from '../../../console/kit/use-session.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { listMembers, type Member, roles } from '../contract.ts';
import { AddMember, type Handover } from './AddMember.tsx';
import { useMemberActs } from './use-member-acts.ts';

/** The project's team: who is in it, with which role. */
export function MemberList() {
  const { t } = useTranslation('access');
  const project = useProject();
  const can = usePermissions();
  const members = useRead(listMembers, { params: { projectId: project.id } });
  const [isNew, setNew] = useUrlState('new', '');
  const [handover, setHandover] = useState<Handover>();
  const columns = useMemberColumns(setHandover);
  const add = can('members.write') ? (
    <Button type="primary" onClick={() => setNew('1')}>
      {t('add')}
    </Button>
  ) : null;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={add}>
      <QueryTable
        id="members"
        columns={columns}
        rows={members.data?.items}
        rowKey={(member) => member.id}
        error={members.error}
        onRetry={() => void members.refetch()}
        searchPlaceholder={t('search')}
        exportName="members"
        empty={<EmptyState drawing="people" title={t('title')} sentence={t('purpose')} action={add} />}
      />
      <AddMember isOpen={isNew === '1'} onClose={() => setNew('')} onHandover={setHandover} />
      <ShownOnce
        title={t('oneTimeTitle', { email: handover?.email })}
        note={t('oneTimeNote')}
        secrets={handover ? [{ name: t('oneTimePassword'), secret: handover.password }] : undefined}
        onClose={() => setHandover(undefined)}
      />
    </PageFrame>
  );
}

function useMemberColumns(onHandover: (handover: Handover) => void): readonly Column<Member>[] {
  const { t } = useTranslation('access');
  const can = usePermissions();
  const own = useSession().member.id;
  const mayWrite = can('members.write');
  return useMemo(
    () => [
      {
        key: 'email',
        title: t('email'),
        value: (member) => member.email,
        render: (member) => (
          <>
            {member.email}
            {member.id === own ? <span className="quiet small"> · {t('you')}</span> : null}
          </>
        ),
      },
      { key: 'name', title: t('name'), value: (member) => member.name, render: (member) => member.name || '–' },
      {
        key: 'role',
        title: t('role'),
        value: (member) => roles.indexOf(member.role),
        render: (member) => (mayWrite ? <RoleChoice member={member} /> : t(`roles.${member.role}`)),
      },
      {
        key: 'lastSignedInAt',
        title: t('lastSeen'),
        value: (member) => member.lastSignedInAt,
        render: (member) => {
          if (member.lastSignedInAt) return <TimeText at={member.lastSignedInAt} isRelative />;
          return <StatusMark meaning="waiting">{t('waiting')}</StatusMark>;
        },
      },
      { key: 'joinedAt', title: t('joined'), value: (member) => member.joinedAt, render: (member) => <TimeText at={member.joinedAt} /> },
      ...(mayWrite
        ? [
            {
              key: 'acts',
              title: t('acts'),
              isTitleHidden: true,
              widthPx: 56,
              align: 'right' as const,
              render: (member: Member) => (member.id === own ? null : <MemberMenu member={member} onHandover={onHandover} />),
            },
          ]
        : []),
    ],
    [t, own, mayWrite, onHandover],
  );
}

function RoleChoice({ member }: { member: Member }) {
  const { t } = useTranslation('access');
  const { role: ownRole } = useProject();
  const { changeRoleTo } = useMemberActs(member);
  const isClosed = ownRole !== 'owner' && member.role === 'owner';
  return (
    <Select
      size="small"
      variant="filled"
      value={member.role}
      disabled={isClosed}
      aria-label={t('changeRole', { email: member.email })}
      popupMatchSelectWidth={false}
      style={{ minWidth: 104 }}
      onChange={changeRoleTo}
      options={roles
        .filter((role) => role !== 'owner' || ownRole === 'owner' || isClosed)
        .map((role) => ({ value: role, label: t(`roles.${role}`), note: t(`roleNotes.${role}`) }))}
      optionRender={(option) => (
        <>
          {option.label} <span className="quiet small">· {option.data.note}</span>
        </>
      )}
    />
  );
}

function MemberMenu({ member, onHandover }: { member: Member; onHandover: (handover: Handover) => void }) {
  const { t } = useTranslation('access');
  const { askReset, askRemove } = useMemberActs(member);
  const items: MenuProps['items'] = [
    { key: 'reset', label: t('reset'), onClick: () => askReset((password) => onHandover({ email: member.email, password })) },
    { key: 'remove', label: t('remove'), danger: true, onClick: askRemove },
  ];
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
      <Button size="small" type="text" icon={<EllipsisOutlined />} aria-label={t('more', { email: member.email })} />
    </Dropdown>
  );
}
