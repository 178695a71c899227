import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldRow } from './field-row.ts';

interface RemoveFieldProps {
  rows: readonly FieldRow[];
  onRemove(name: string): Promise<unknown>;
  onDone(): void;
}

/** Takes one chosen property out of the plan; the history of the plan can bring it back. */
export function RemoveField({ rows, onRemove, onDone }: RemoveFieldProps) {
  const { t } = useTranslation('tracking-plan');
  const { message } = App.useApp();
  const [isBusy, setBusy] = useState(false);
  const planned = rows.filter((row) => row.planned);
  const [only] = planned;
  const remove = async () => {
    if (!only) return;
    setBusy(true);
    try {
      await onRemove(only.name);
      onDone();
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <span>{t('acts.chosen', { count: rows.length })}</span>
      <Button size="small" danger disabled={planned.length !== 1} loading={isBusy} onClick={() => void remove()}>
        {t('fields.remove')}
      </Button>
      <Button size="small" type="text" onClick={onDone}>
        {t('acts.clear')}
      </Button>
    </>
  );
}
