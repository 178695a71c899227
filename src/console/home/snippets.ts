/** A first event from the command line; the write key is the user name of basic authentication, as Segment's protocol has it. */
export function curlSnippet(origin: string, writeKey: string): string {
  return `curl ${origin}/v1/track -u '${writeKey}:' -H 'Content-Type: application/json' \\
  -d '{"userId":"user-1","event":"Signed up","properties":{"plan":"free"}}'`;
}

/** A first event from a Node server. */
export function nodeSnippet(origin: string, writeKey: string): string {
  return `import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({
  writeKey: '${writeKey}',
  host: '${origin}',
  path: '/v1/batch',
});

analytics.identify({
  userId: 'user-1',
  traits: { city: 'Shanghai' },
});
analytics.track({
  userId: 'user-1',
  event: 'Signed up',
  properties: { plan: 'free' },
});
await analytics.closeAndFlush();`;
}

/** A first event from a page; the script sends the page view by itself. */
export function browserSnippet(origin: string, writeKey: string): string {
  return `<script async src="${origin}/perennial.js"
  data-write-key="${writeKey}"></script>
<script>
  window.perennial = window.perennial || [];
  perennial.push(['identify', 'user-1', { city: 'Shanghai' }]);
  perennial.push(['track', 'Signed up', { plan: 'free' }]);
</script>`;
}
