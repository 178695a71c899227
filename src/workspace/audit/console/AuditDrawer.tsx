import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import type { AuditEntry } from '../contract.ts';
import { useAuditWords } from './use-audit-words.ts';

/** One entry with everything that was written down. */
export function AuditDrawer({ entry, onClose }: { entry: AuditEntry | undefined; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const isNarrow = useNarrow();
  return (
    <Drawer open={entry !== undefined} onClose={onClose} size={isNarrow ? '100%' : 480} title={entry ? words.action(entry) : ''} destroyOnHidden>
      {entry ? (
        <>
          <Facts
            items={[
              { name: t('at'), value: <TimeText at={entry.at} withSeconds /> },
              { name: t('who'), value: words.who(entry) },
              { name: t('subject'), value: <CopyText text={entry.subject} /> },
              { name: t('action'), value: <code>{entry.action}</code> },
              { name: t('ip'), value: entry.ip ?? undefined },
              { name: t('request'), value: entry.requestId ? <CopyText text={entry.requestId} /> : undefined },
            ]}
          />
          <h2 style={{ margin: '20px 0 8px', fontSize: 14 }}>{t('details')}</h2>
          <JsonView value={entry.details} />
        </>
      ) : null}
    </Drawer>
  );
}
