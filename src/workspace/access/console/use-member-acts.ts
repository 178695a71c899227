import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { changeRole, type Member, type MemberRole, removeMember, resetPassword } from '../contract.ts';

const refreshes = ['access.list_members'];

/** What may be done to a member of the project. */
export function useMemberActs(member: Member) {
  const { t } = useTranslation('access');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const confirm = useConfirmDanger();
  const change = useAct(changeRole, { refreshes });
  const remove = useAct(removeMember, { refreshes });
  const reset = useAct(resetPassword, { refreshes });
  const params = { projectId, memberId: member.id };
  return {
    changeRoleTo: (role: MemberRole) => change.mutate({ params, body: { role } }, { onError: (error) => message.error(error.message) }),
    askReset: (onReset: (password: string) => void) =>
      confirm({
        title: t('resetTitle', { email: member.email }),
        consequence: t('resetConsequence'),
        action: t('reset'),
        onConfirm: async () => onReset((await reset.mutateAsync({ params })).oneTimePassword),
      }),
    askRemove: () =>
      confirm({
        title: t('removeTitle', { email: member.email }),
        consequence: t('removeConsequence'),
        action: t('remove'),
        onConfirm: () => remove.mutateAsync({ params }),
      }),
  };
}
