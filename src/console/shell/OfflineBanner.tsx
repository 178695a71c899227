import { DisconnectOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { connection } from '../connection.ts';
import { useStore } from '../store.ts';
import styles from './Shell.module.css';

/** Says that the server cannot be reached; when it answers again, what is on the page is read anew. */
export function OfflineBanner() {
  const { t } = useTranslation('console');
  const client = useQueryClient();
  const state = useStore(connection);
  const wasOffline = useRef(false);
  useEffect(() => {
    if (state === 'online' && wasOffline.current) void client.invalidateQueries();
    wasOffline.current = state === 'offline';
  }, [state, client]);
  if (state === 'online') return null;
  return (
    <div role="status" className={styles['offline']}>
      <DisconnectOutlined aria-hidden="true" /> {t('offline')}
    </div>
  );
}
