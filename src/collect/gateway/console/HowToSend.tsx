import { useTranslation } from 'react-i18next';
import { CodeBlock, CopyText } from '../../../console/kit/CopyText.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listKeys } from '../../../workspace/projects/contract.ts';

/** Three ways to send the first event, with the project's own write key in them. */
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
      <CodeBlock label={t('empty.node')} code={nodeLines(host, key)} />
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

function nodeLines(host: string, key: string): string {
  return `import { Analytics } from '@segment/analytics-node';
const analytics = new Analytics({ writeKey: '${key}', host: '${host}', path: '/v1/batch' });
analytics.track({ userId: 'user-1', event: 'Signed up', properties: { plan: 'pro' } });
await analytics.closeAndFlush();`;
}
