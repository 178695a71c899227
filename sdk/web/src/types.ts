/** Properties of an event, or traits of a person: whatever JSON can say. */
export type Properties = Record<string, unknown>;

/** What the visitor said about being tracked. `pending`: nothing yet. */
export type Consent = 'granted' | 'denied' | 'pending';

/** Which interactions are recorded by themselves. */
export interface AutocaptureOptions {
  /** Clicks on links, buttons and what behaves like them (`$click`). Default true. */
  clicks?: boolean;
  /** Sent forms (`$form_submit`); never what was filled in. Default true. */
  forms?: boolean;
  /** Bursts of clicks on one spot (`$rage_click`). Default true. */
  rageClicks?: boolean;
  /** Clicks on something clickable that change nothing (`$dead_click`). Default true. */
  deadClicks?: boolean;
}

/** A message as it goes over the wire: Segment's protocol, with `traitChanges` and `groupType` beside it. */
export interface Message {
  type: 'track' | 'page' | 'identify' | 'group' | 'alias';
  messageId: string;
  timestamp: string;
  anonymousId: string;
  userId?: string;
  event?: string;
  name?: string;
  properties?: Properties;
  traits?: Properties;
  traitChanges?: TraitChange[];
  groupId?: string;
  groupType?: string;
  previousId?: string;
  context: Properties;
}

/** One change of a trait; the changes of a message are done in their order. */
export interface TraitChange {
  operation: 'set_once' | 'increment' | 'append' | 'prepend' | 'union' | 'remove' | 'unset' | 'unset_all';
  name: string;
  value?: unknown;
}

export interface Options {
  /** The project's write key. */
  writeKey: string;
  /** Where Perennial is reached, e.g. `https://events.example.com`. A path is kept. */
  host: string;
  /** Record page views by itself, at the start and when the address changes within the page. Default true. */
  autoPage?: boolean;
  /** A change of `#...` is a page view too. Default false. */
  hashRouting?: boolean;
  /** Record `$page_leave` with the time spent when a page is left. Default true. */
  pageLeave?: boolean;
  /** Record `$session_start`. Default true. */
  sessionStart?: boolean;
  /** Minutes without an event that end a session. Default 30. */
  sessionIdleMinutes?: number;
  /** Arriving by another campaign starts a new session. Default false. */
  newSessionOnCampaign?: boolean;
  autocapture?: boolean | AutocaptureOptions;
  /** Where consent stands before `setConsent` is ever called. Default `granted`: use `pending` where the law asks first. */
  consent?: Consent;
  /**
   * Sending without any storage, under an id that lives as long as the page: `never`, `without-consent` (while it is pending or denied; otherwise
   * such events are held back or dropped), or `always`. Default `never`.
   */
  cookieless?: 'never' | 'without-consent' | 'always';
  /** Take Do Not Track and Global Privacy Control for a denied consent. Default false. */
  respectDoNotTrack?: boolean;
  /** Shares ids between subdomains by a cookie on this domain, e.g. `example.com`. Default: this origin alone, without cookies. */
  cookieDomain?: string;
  /** Milliseconds that messages wait for company. Default 300. */
  flushIntervalMs?: number;
  /** Messages that are sent at once when they are together. Default 20. */
  flushAt?: number;
  /** Looks at each message before it is kept: gives it back, changed or not, or null to drop it. */
  beforeSend?: (message: Message) => Message | null | undefined;
  /** Tells on the console what is dropped and why. Default false. */
  debug?: boolean;
}

/** Of one call. */
export interface CallOptions {
  /** When it happened; default now. */
  timestamp?: Date | number | string;
  /** The same id twice counts once. Default: a new one. */
  messageId?: string;
  /** Added to the message's context. */
  context?: Properties;
}

/** What `window.perennial` offers. No call ever throws. */
export interface Perennial {
  track(event: string, properties?: Properties, options?: CallOptions): void;
  page(name?: string | Properties, properties?: Properties, options?: CallOptions): void;
  identify(userId: string | number | Properties, traits?: Properties, options?: CallOptions): void;
  /** Two ids mean one person. `previousId` is this visitor's anonymous id unless given. */
  alias(userId: string, previousId?: string, options?: CallOptions): void;
  /** The person belongs to this company, household... from now on. `type` is `company` unless given. */
  group(groupId: string, traits?: Properties, type?: string): void;
  set(traits: Properties): void;
  setOnce(traits: Properties): void;
  /** `increment('orders')`, `increment('points', 5)`, `increment({ orders: 1, points: 5 })` */
  increment(name: string | Record<string, number>, by?: number): void;
  append(name: string, value: unknown): void;
  prepend(name: string, value: unknown): void;
  /** Adds the values that the list lacks. */
  union(name: string, values: readonly unknown[]): void;
  /** Takes a value out of a list. */
  remove(name: string, value: unknown): void;
  unset(...names: string[]): void;
  /** Properties that every event carries from now on, kept for this visitor. */
  register(properties: Properties): void;
  registerOnce(properties: Properties): void;
  unregister(...names: string[]): void;
  /** The next event of this name carries `duration`: the seconds since now. */
  timeEvent(event: string): void;
  /** After sign-out: a new visitor on this device. */
  reset(): void;
  setConsent(consent: Exclude<Consent, 'pending'>): void;
  getConsent(): Consent;
  /** Resolves when what waits was tried once. */
  flush(): Promise<void>;
  anonymousId(): string;
  userId(): string | undefined;
  sessionId(): string | undefined;
  /** `push(['track', 'Signed up', {}])`: how a page calls before the script is there. */
  push(...calls: readonly unknown[][]): void;
}
