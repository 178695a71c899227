import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { findPerson, getPerson, joinPeople } from '../contract.ts';
import styles from './Identity.module.css';

/** Merges somebody else into this person, found by any of their ids. */
export function JoinPeople({ personId }: { personId: number }) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const format = useFormat();
  const projectId = useProjectId();
  const confirm = useConfirmDanger();
  const join = useAct(joinPeople, { refreshes: ['people.'] });
  const [id, setId] = useState('');
  const [isLooking, setLooking] = useState(false);
  const ask = async (): Promise<void> => {
    setLooking(true);
    try {
      const found = await call(findPerson, { params: { projectId }, query: { id: id.trim() } });
      if (found.personId === personId) {
        message.info(t('identity.samePerson'));
        return;
      }
      const other = await call(getPerson, { params: { projectId, personId: found.personId } });
      confirm({
        title: t('identity.joinTitle', { name: other.label }),
        consequence: t('identity.joinConsequence', { events: format.number(other.eventCount), ids: other.externalIds.length }),
        action: t('identity.join'),
        onConfirm: async () => {
          await join.mutateAsync({ params: { projectId, personId }, body: { loser: other.personId } });
          setId('');
        },
      });
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    } finally {
      setLooking(false);
    }
  };
  return (
    <Panel title={t('identity.joinHead')} note={t('identity.joinNote')}>
      <form
        className={styles['fields']}
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <Input
          style={{ maxWidth: 320 }}
          aria-label={t('identity.anyId')}
          placeholder={t('identity.anyId')}
          value={id}
          onChange={(event) => setId(event.target.value)}
        />
        <Button htmlType="submit" disabled={id.trim() === ''} loading={isLooking}>
          {t('identity.joinFind')}
        </Button>
      </form>
    </Panel>
  );
}
