import { Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '../../know/audiences/contract.ts';
import { CopyButton } from '../kit/CopyText.tsx';
import { useNarrow } from '../theme/use-mode.ts';
import styles from './AudienceBuilder.module.css';
import { readCondition } from './issues.ts';

interface JsonDrawerProps {
  isOpen: boolean;
  onClose(): void;
  condition: Condition;
  onApply(condition: Condition): void;
}

/** The tree as JSON, to copy or to paste, as routes and other projects have it. */
export function JsonDrawer({ isOpen, onClose, condition, onApply }: JsonDrawerProps) {
  const { t } = useTranslation('audiences');
  const isNarrow = useNarrow();
  return (
    <Drawer open={isOpen} onClose={onClose} size={isNarrow ? '100%' : 520} title={t('builder.json.title')} mask={{ blur: false }} destroyOnHidden>
      {isOpen ? <JsonForm condition={condition} onApply={onApply} onClose={onClose} /> : null}
    </Drawer>
  );
}

function JsonForm({ condition, onApply, onClose }: Omit<JsonDrawerProps, 'isOpen'>) {
  const { t } = useTranslation('audiences');
  const [text, setText] = useState(() => JSON.stringify(condition, null, 2));
  const [faults, setFaults] = useState<readonly string[]>([]);
  const write = (next: string) => {
    setText(next);
    setFaults([]);
  };
  const apply = () => {
    const read = readCondition(text);
    if ('condition' in read) {
      onApply(read.condition);
      onClose();
      return;
    }
    setFaults(
      read.faults.map(({ path, message }) => {
        if (message.startsWith('audiences:')) return t(message);
        return path === '' ? t('builder.json.notJson') : t('builder.json.fault', { path });
      }),
    );
  };
  return (
    <div className={styles['json']}>
      <p className="quiet">{t('builder.json.purpose')}</p>
      <div className={styles['jsonBox']}>
        <Input.TextArea
          aria-label={t('builder.json.title')}
          status={faults.length > 0 ? 'error' : ''}
          autoSize={{ minRows: 16, maxRows: 28 }}
          spellCheck={false}
          value={text}
          onChange={(event) => write(event.target.value)}
        />
        <span className={styles['jsonCopy']}>
          <CopyButton text={text} />
        </span>
      </div>
      {faults.length > 0 ? (
        <ul className={styles['fault']} role="alert">
          {faults.slice(0, 8).map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      ) : null}
      <div>
        <Button type="primary" onClick={apply}>
          {t('builder.json.apply')}
        </Button>
      </div>
    </div>
  );
}
