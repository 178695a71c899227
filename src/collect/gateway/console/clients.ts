/** Where a client library runs. */
export type ClientPlace = 'browser' | 'server' | 'http';

/** A client library, and the line that points it here. Names and code are the same in every language. */
export interface ClientLine {
  id: string;
  name: string;
  /** The package, when there is one to be named. */
  library: string;
  place: ClientPlace;
  code(host: string, key: string): string;
}

/** Perennial's own first, then others by family. */
export const clientLines: readonly ClientLine[] = [
  {
    id: 'perennial-web',
    name: 'Perennial',
    library: 'perennial.js',
    place: 'browser',
    code: (host, key) => `<script async src="${host}/perennial.js" data-write-key="${key}"></script>`,
  },
  {
    id: 'perennial-http',
    name: 'HTTP',
    library: 'curl',
    place: 'http',
    code: (host, key) => `curl ${host}/v1/track -u ${key}: -H 'content-type: application/json' \\
  -d '{"userId":"user-1","event":"Signed up","properties":{"plan":"pro"}}'`,
  },
  {
    id: 'segment-web',
    name: 'Segment',
    library: '@segment/analytics-next',
    place: 'browser',
    code: (host, key) => `const analytics = AnalyticsBrowser.load({ writeKey: '${key}', cdnURL: '${host}' });`,
  },
  {
    id: 'segment-node',
    name: 'Segment',
    library: '@segment/analytics-node',
    place: 'server',
    code: (host, key) => `const analytics = new Analytics({ writeKey: '${key}', host: '${host}', path: '/v1/batch' });`,
  },
  {
    id: 'rudderstack-web',
    name: 'RudderStack',
    library: '@rudderstack/analytics-js',
    place: 'browser',
    code: (host, key) => `rudderAnalytics.load('${key}', '${host}', { configUrl: '${host}' });`,
  },
  {
    id: 'rudderstack-node',
    name: 'RudderStack',
    library: '@rudderstack/rudder-sdk-node',
    place: 'server',
    code: (host, key) => `const client = new RudderAnalytics('${key}', { dataPlaneUrl: '${host}' });`,
  },
  {
    id: 'posthog-web',
    name: 'PostHog',
    library: 'posthog-js',
    place: 'browser',
    code: (host, key) => `posthog.init('${key}', { api_host: '${host}' });`,
  },
  {
    id: 'posthog-snippet',
    name: 'PostHog',
    library: 'array.js',
    place: 'browser',
    code: (host, key) => `posthog.init('${key}', { api_host: '${host}' }); // in PostHog's own snippet`,
  },
  {
    id: 'posthog-node',
    name: 'PostHog',
    library: 'posthog-node',
    place: 'server',
    code: (host, key) => `const client = new PostHog('${key}', { host: '${host}' });`,
  },
  {
    id: 'mixpanel-web',
    name: 'Mixpanel',
    library: 'mixpanel-browser',
    place: 'browser',
    code: (host, key) => `mixpanel.init('${key}', { api_host: '${host}' });`,
  },
  {
    id: 'mixpanel-node',
    name: 'Mixpanel',
    library: 'mixpanel',
    place: 'server',
    code: (host, key) =>
      `const mixpanel = Mixpanel.init('${key}', { host: '${new URL(host).host}', protocol: '${new URL(host).protocol.slice(0, -1)}' });`,
  },
  {
    id: 'amplitude-web',
    name: 'Amplitude',
    library: '@amplitude/analytics-browser',
    place: 'browser',
    code: (host, key) => `amplitude.init('${key}', { serverUrl: '${host}/2/httpapi' });`,
  },
  {
    id: 'amplitude-node',
    name: 'Amplitude',
    library: '@amplitude/analytics-node',
    place: 'server',
    code: (host, key) => `amplitude.init('${key}', { serverUrl: '${host}/2/httpapi' });`,
  },
  {
    id: 'sensors-web',
    name: '神策 Sensors',
    library: 'sa-sdk-javascript',
    place: 'browser',
    code: (host, key) => `sensors.init({ server_url: '${host}/sa?project=default&token=${key}' });`,
  },
  {
    id: 'sensors-node',
    name: '神策 Sensors',
    library: 'sa-sdk-node',
    place: 'server',
    code: (host, key) => `sa.submitTo({ url: '${host}/sa?project=default&token=${key}', gzip: true, mode: 'track' });`,
  },
  {
    id: 'ga4-web',
    name: 'Google Analytics 4',
    library: 'gtag.js',
    place: 'browser',
    code: (host, key) => `gtag('config', 'G-XXXXXXX', { server_container_url: '${host}/c/ga4/${key}' });`,
  },
  {
    id: 'ga4-http',
    name: 'Google Analytics 4',
    library: 'Measurement Protocol',
    place: 'http',
    code: (host, key) => `POST ${host}/mp/collect?measurement_id=G-XXXXXXX&api_secret=${key}`,
  },
  {
    id: 'umami-web',
    name: 'Umami',
    library: 'script.js',
    place: 'browser',
    code: (host, key) =>
      `<script defer src="https://umami.example.com/script.js" data-host-url="${host}/c/umami/${key}" data-website-id="${uuidOf(key)}"></script>`,
  },
  {
    id: 'umami-node',
    name: 'Umami',
    library: '@umami/node',
    place: 'server',
    code: (host, key) => `umami.init({ hostUrl: '${host}', websiteId: '${uuidOf(key)}' });`,
  },
  {
    id: 'plausible-web',
    name: 'Plausible',
    library: '@plausible-analytics/tracker',
    place: 'browser',
    code: (host, key) => `init({ domain: location.hostname, endpoint: '${host}/c/plausible/${key}/api/event' });`,
  },
  {
    id: 'openpanel-web',
    name: 'OpenPanel',
    library: '@openpanel/web',
    place: 'browser',
    code: (host, key) => `const op = new OpenPanel({ clientId: '${key}', apiUrl: '${host}' });`,
  },
  {
    id: 'countly-web',
    name: 'Countly',
    library: 'countly-sdk-web',
    place: 'browser',
    code: (host, key) => `Countly.init({ app_key: '${key}', url: '${host}' });`,
  },
  {
    id: 'jitsu-web',
    name: 'Jitsu',
    library: '@jitsu/js',
    place: 'browser',
    code: (host, key) => `const analytics = jitsuAnalytics({ host: '${host}', writeKey: '${key}' });`,
  },
  {
    id: 'matomo-web',
    name: 'Matomo',
    library: 'matomo.js',
    place: 'browser',
    code: (host, key) => `_paq.push(['setTrackerUrl', '${host}/c/matomo/${key}/matomo.php']);`,
  },
  {
    id: 'thinkingdata-node',
    name: '数数 ThinkingData',
    library: 'thinkingdata-node',
    place: 'server',
    code: (host, key) => `ThinkingData.initWithBatchMode('${key.replace(/^wk_/, '')}', '${host}');`,
  },
];

/** The key's digits as a UUID: the form that some clients insist on. */
export function uuidOf(key: string): string {
  const digits = key.replace(/^wk_/, '');
  return /^[0-9a-f]{32}$/.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : key;
}
