import { Recent } from './recent.ts';

const serverNames =
  /(?:^|[^a-z])(?:node(?:js)?|node-ts|python|java|golang|go|ruby|php|dotnet|net|rust|elixir|clojure|kotlin-server|server|jvm|scala|perl)(?:[^a-z]|$)/i;
const serverKnown = /^(?:analytics-node|@segment\/analytics-node|posthog-node|SensorsAnalytics Node SDK)/i;
const clientKnown = /^(?:analytics\.js|web|js|javascript|posthog-js|react-native|android|ios|iphone|unity|flutter)/i;
const NAMES_KEPT = 2_000;
const known = new Recent<boolean>(NAMES_KEPT);

/**
 * Whether a library runs on the sender's server: then the request's address and user agent are the server's and say nothing about the person
 * (`@segment/analytics-node`, `posthog-python`, `RudderLabs Go`...).
 */
export function isServerLibrary(name: string): boolean {
  let isServer = known.get(name);
  if (isServer === undefined) {
    isServer = serverKnown.test(name) || (!clientKnown.test(name) && serverNames.test(name));
    known.set(name, isServer);
  }
  return isServer;
}

/** Whether a user agent is that of a browser or an app in a person's hand, and not of a program that calls an API. */
export function isPersonalUserAgent(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /^(?:Mozilla|Opera|Dalvik)\/|CFNetwork\//.test(userAgent) && !userAgent.startsWith('Mozilla/5.0 Umami/');
}
