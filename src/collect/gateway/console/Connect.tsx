import { Select, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock, CopyText } from '../../../console/kit/CopyText.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { listKeys } from '../../../workspace/projects/contract.ts';
import styles from './Connect.module.css';
import { type ClientLine, clientLines } from './clients.ts';

/** Every client that can send here, with the line that a team changes: ready to copy, with the project's own key in it. */
export function Connect() {
  const { t } = useTranslation('gateway');
  const projectId = useProjectId();
  const canReadKeys = usePermissions()('keys.read');
  const keys = useRead(listKeys, { params: { projectId } }, { enabled: canReadKeys });
  const [chosen, setChosen] = useUrlState('key', '');
  if (canReadKeys && keys.isPending)
    return (
      <PageFrame title={t('connect.title')} purpose={t('connect.purpose')}>
        <ListSkeleton />
      </PageFrame>
    );
  const live = (keys.data?.items ?? []).filter((key) => key.kind === 'write' && key.revokedAt === null);
  const key = (live.find((each) => each.id === chosen) ?? live[0])?.token ?? 'YOUR_WRITE_KEY';
  const options = live.map((each) => ({ value: each.id, label: `${each.name} (${each.prefix}…)` }));
  return (
    <PageFrame title={t('connect.title')} purpose={t('connect.purpose')}>
      <div className={styles['key']}>
        <span className="quiet">{t('empty.write_key')}</span>
        {live.length > 1 ? (
          <Select
            aria-label={t('empty.write_key')}
            value={live.find((each) => each.token === key)?.id ?? null}
            options={options}
            onChange={(id) => setChosen(String(id))}
            popupMatchSelectWidth={false}
          />
        ) : null}
        <CopyText text={key} />
        <ProjectLink to="live-events">{t('connect.watch')}</ProjectLink>
      </div>
      <ClientPanels host={window.location.origin} writeKey={key} />
    </PageFrame>
  );
}

function ClientPanels({ host, writeKey }: { host: string; writeKey: string }) {
  const { t } = useTranslation('gateway');
  const families = useMemo(() => [...Map.groupBy(clientLines, (line) => (line.id.startsWith('perennial') ? 'Perennial' : line.name))], []);
  return (
    <div className={styles['families']}>
      {families.map(([family, lines]) => (
        <Panel key={family} title={family}>
          <div className={styles['lines']}>
            {lines.map((line) => (
              <Line key={line.id} line={line} host={host} writeKey={writeKey} />
            ))}
          </div>
        </Panel>
      ))}
      <p className="quiet small">{t('connect.paths', { host })}</p>
    </div>
  );
}

function Line({ line, host, writeKey }: { line: ClientLine; host: string; writeKey: string }) {
  const { t } = useTranslation('gateway');
  return (
    <div>
      <p className={styles['name']}>
        <code>{line.library}</code> <Tag variant="filled">{t(`connect.place.${line.place}`)}</Tag>
      </p>
      <CodeBlock code={line.code(host, writeKey)} />
    </div>
  );
}
