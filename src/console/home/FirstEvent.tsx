import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { listKeys } from '../../workspace/projects/contract.ts';
import { CodeBlock, CopyText } from '../kit/CopyText.tsx';
import { Panel } from '../kit/Panel.tsx';
import { LiveDot } from '../kit/StatusMark.tsx';
import { useGo } from '../kit/use-go.ts';
import { usePermissions } from '../kit/use-permissions.ts';
import { useProjectId } from '../kit/use-project.ts';
import { useRead } from '../query.ts';
import styles from './Home.module.css';
import { browserSnippet, curlSnippet, nodeSnippet } from './snippets.ts';

/** Stands in the snippets until the key is known. */
const KEY_PLACE = 'YOUR_WRITE_KEY';

/** The write key and three ways to send the first event with it. */
export function FirstEvent({ watchPath }: { watchPath: string }) {
  const { t } = useTranslation('console');
  const go = useGo();
  const can = usePermissions();
  const projectId = useProjectId();
  const keys = useRead(listKeys, { params: { projectId } }, { enabled: can('keys.read') });
  const writeKey = keys.data?.items.find((key) => key.kind === 'write' && !key.revokedAt)?.token ?? undefined;
  const origin = window.location.origin;
  const shown = writeKey ?? KEY_PLACE;
  return (
    <>
      <Panel title={t('home.writeKey')} note={t('home.writeKeyNote')} span={12}>
        <div className={styles['key']}>
          {writeKey ? <CopyText text={writeKey} /> : <span className="quiet">{keys.data ? t('home.noWriteKey') : '…'}</span>}
          {keys.data && !writeKey ? (
            <Button size="small" onClick={() => go('keys')}>
              {t('home.makeKey')}
            </Button>
          ) : null}
          <span className={styles['waiting']} role="status">
            <LiveDot isLive /> {t('home.waiting')}
          </span>
          <Button onClick={() => go(watchPath)}>{t('home.watch')}</Button>
        </div>
      </Panel>
      <Panel title={t('home.curl')} span={12}>
        <CodeBlock code={curlSnippet(origin, shown)} />
      </Panel>
      <Panel title={t('home.node')} span={6}>
        <CodeBlock code={nodeSnippet(origin, shown)} />
      </Panel>
      <Panel title={t('home.browser')} span={6}>
        <CodeBlock code={browserSnippet(origin, shown)} />
      </Panel>
    </>
  );
}
