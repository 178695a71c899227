import { Alert, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from './CopyText.tsx';
import { Facts } from './Facts.tsx';

interface ShownOnceProps {
  title: ReactNode;
  /** Undefined: closed. */
  secrets: readonly { name: string; secret: string }[] | undefined;
  /** Where it goes and what it opens. */
  note: ReactNode;
  onClose: () => void;
}

/** Secrets that the server tells only now: a one-time password, a new key. */
export function ShownOnce({ title, secrets, note, onClose }: ShownOnceProps) {
  const { t } = useTranslation('console');
  return (
    <Modal
      open={secrets !== undefined}
      title={title}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('shownOnce.kept')}
        </Button>
      }
    >
      <p className="quiet" style={{ marginBottom: 16 }}>
        {note}
      </p>
      <Facts items={(secrets ?? []).map(({ name, secret }) => ({ key: name, name, value: <CopyText text={secret} /> }))} />
      <Alert type="warning" showIcon title={t('shownOnce.warning')} style={{ marginTop: 16 }} />
    </Modal>
  );
}
