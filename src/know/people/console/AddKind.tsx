import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { saveIdRule } from '../contract.ts';
import styles from './Identity.module.css';

const RANK_AT_FIRST = 40;

/** Adds a rule for a kind that the project sends and the product does not know by name. */
export function AddKind({ known }: { known: readonly string[] }) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const [kind, setKind] = useState('');
  const save = useAct(saveIdRule, { refreshes: ['people.list_id_rules'] });
  const add = (): void => {
    save.mutate(
      { params: { projectId, kind }, body: { holders: 'one', perPersonMax: null, rank: RANK_AT_FIRST, joins: true, onConflict: 'keep' } },
      { onSuccess: () => setKind(''), onError: (error) => void message.error(error.message) },
    );
  };
  return (
    <form
      className={styles['fields']}
      style={{ padding: '8px 16px 12px' }}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Input
        size="small"
        style={{ maxWidth: 220 }}
        aria-label={t('rules.kind')}
        placeholder={t('rules.kind')}
        value={kind}
        onChange={(event) => setKind(event.target.value.trim())}
      />
      <Button size="small" htmlType="submit" disabled={kind === '' || known.includes(kind)} loading={save.isPending}>
        {t('rules.add')}
      </Button>
    </form>
  );
}
