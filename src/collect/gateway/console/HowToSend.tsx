import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock, CopyText } from '../../../console/kit/CopyText.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listKeys } from '../../../workspace/projects/contract.ts';
import { clientLines } from './clients.ts';

/** Ways to send the first event, also with the client that is there already, with the project's own write key in them. */
export function HowToSend() {
  const { t } = useTranslation('gateway');
  const projectId = useProjectId();
  const canReadKeys = usePermissions()('keys.read');
  const keys = useRead(listKeys, { params: { projectId } }, { enabled: canReadKeys });
  if (canReadKeys && keys.isPending) return <ListSkeleton />;
  const key = keys.data?.items.find((each) => each.kind === 'write' && each.revokedAt === null)?.token ?? 'YOUR_WRITE_KEY';
  const host = window.location.origin;
  return (
    <div style={{ display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <div>
        <span className="quiet small">{t('empty.write_key')} </span>
        <CopyText text={key} />
      </div>
      <CodeBlock label={t('empty.curl')} code={curlLines(host, key)} />
      <CodeBlock label={t('empty.snippet')} code={snippetLines(host, key)} />
      <OtherClient host={host} writeKey={key} />
    </div>
  );
}

/** The line that points a client that is there already here. */
function OtherClient({ host, writeKey }: { host: string; writeKey: string }) {
  const { t } = useTranslation('gateway');
  const [chosen, setChosen] = useState('segment-web');
  const others = clientLines.filter(({ id }) => !id.startsWith('perennial'));
  const line = others.find(({ id }) => id === chosen);
  const families = [...Map.groupBy(others, ({ name }) => name)].map(([label, lines]) => ({
    label,
    options: lines.map(({ id, name, library, place }) => ({
      value: id,
      label: library,
      search: `${name} ${library} ${t(`connect.place.${place}`)}`,
    })),
  }));
  return (
    <div>
      <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8, marginBottom: 8 }}>
        <span>{t('empty.other')}</span>
        <Select
          aria-label={t('empty.other')}
          style={{ minWidth: 240 }}
          showSearch={{ optionFilterProp: 'search' }}
          value={chosen}
          options={families}
          onChange={setChosen}
        />
        <ProjectLink to="connect">{t('empty.all')}</ProjectLink>
      </div>
      {line ? <CodeBlock label={`${line.name} · ${t(`connect.place.${line.place}`)}`} code={line.code(host, writeKey)} /> : null}
    </div>
  );
}

function curlLines(host: string, key: string): string {
  return `curl ${host}/v1/track -u ${key}: -H 'content-type: application/json' \\
  -d '{"userId":"user-1","event":"Signed up","properties":{"plan":"pro"}}'`;
}

function snippetLines(host: string, key: string): string {
  return `<script async src="${host}/perennial.js" data-write-key="${key}"></script>
<script>
  window.perennial = window.perennial || [];
  perennial.push(['track', 'Signed up', { plan: 'pro' }]);
  perennial.push(['identify', 'user-1', { email: 'li@example.com' }]);
  // after sign-out: perennial.push(['reset']);
</script>`;
}
