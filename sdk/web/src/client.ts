import { campaignOf, campaignText } from './campaign.ts';
import type { Environment, PageFacts } from './environment.ts';
import { jsonText } from './json.ts';
import { Keep } from './keep.ts';
import { byteLength, limits } from './limits.ts';
import { maskSearch, maskUrl } from './masking.ts';
import { Outbox } from './outbox.ts';
import { Sender } from './sender.ts';
import { continues, readSession, type Session, sessionText } from './session.ts';
import type { CallOptions, Consent, Message, Options, Properties } from './types.ts';
import { VERSION } from './version.ts';

/** As it was before the page could put its own in place. */
const parseJson = JSON.parse;

/** What may be done now: everything; keep in memory and wait; send without storage; nothing. */
type Mode = 'open' | 'held' | 'cookieless' | 'off';

type Content = Pick<Message, 'type'> & Partial<Message>;

/** Who the visitor is, the visit, and the way of each message into the queue. The calls of the page stand in `calls.ts`. */
export class Client {
  readonly environment: Environment;
  readonly options: Options;
  readonly keep: Keep;
  readonly sender: Sender;
  private outbox: Outbox;
  private decision: Consent;
  private mode: Mode = 'off';
  /** Set when the page changes its address within: the document's own referrer is then an older story. */
  referrer: string | undefined;

  constructor(options: Options, environment: Environment) {
    this.options = options;
    this.environment = environment;
    this.keep = new Keep(environment, options.cookieDomain);
    this.outbox = new Outbox(environment, this.keep, { writeKey: options.writeKey, onNews: () => this.sender.schedule() });
    this.sender = new Sender(environment, this.keep, this.outbox, {
      host: options.host,
      writeKey: options.writeKey,
      flushAt: options.flushAt ?? 20,
      flushIntervalMs: options.flushIntervalMs ?? 300,
      isAllowed: () => this.mode === 'open' || this.mode === 'cookieless',
      onDrop: (why, count) => this.warn(`${count} messages dropped: ${why}`),
    });
    const decided = this.keep.read('consent');
    this.decision = decided === 'granted' || decided === 'denied' ? decided : (options.consent ?? 'granted');
    this.applyConsent();
  }

  get consent(): Consent {
    return this.isRefused() ? 'denied' : this.decision;
  }

  get isOff(): boolean {
    return this.mode === 'off';
  }

  /** A decision of the visitor. A denial wipes everything but the denial itself. */
  decide(consent: Exclude<Consent, 'pending'>): void {
    this.decision = consent;
    this.applyConsent();
    this.keep.write('consent', this.options.cookieless === 'always' ? undefined : consent);
  }

  private isRefused(): boolean {
    return this.options.respectDoNotTrack === true && this.environment.asksForPrivacy();
  }

  private applyConsent(): void {
    const { cookieless } = this.options;
    const { consent } = this;
    if (cookieless === 'always') this.mode = consent === 'denied' ? 'off' : 'cookieless';
    else if (consent === 'granted') this.mode = 'open';
    else if (cookieless === 'without-consent') this.mode = 'cookieless';
    else this.mode = consent === 'pending' ? 'held' : 'off';
    this.keep.persist(this.mode === 'open');
    if (this.mode === 'open') this.outbox.open();
    else this.outbox.close(false);
    if (consent === 'denied' && !this.isRefused()) this.keep.wipe();
    if (this.mode === 'off') this.sender.drop();
    this.sender.schedule();
  }

  anonymousId(): string {
    let id = this.keep.get('anonymousId');
    if (!id) {
      id = this.environment.newId();
      this.keep.set('anonymousId', id);
    }
    return id;
  }

  /** Forgets the visitor: ids, visit, properties, groups. */
  forget(): void {
    for (const name of ['userId', 'anonymousId', 'session', 'campaign', 'properties', 'groups', 'timers']) this.keep.set(name, undefined);
  }

  /** An object that was kept. */
  kept(name: 'properties' | 'groups' | 'timers' | 'campaign'): Properties {
    try {
      const value: unknown = parseJson(this.keep.get(name) ?? '{}');
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {};
    } catch {
      return {};
    }
  }

  /** Keeps an object for this visitor. */
  store(name: 'properties' | 'groups' | 'timers' | 'campaign', value: Properties): void {
    this.keep.set(name, Object.keys(value).length > 0 ? jsonText(value) : undefined);
  }

  /** Where the visitor is, without what addresses should never have held. */
  page(): PageFacts {
    const page = this.environment.page();
    return { ...page, url: maskUrl(page.url), search: maskSearch(page.search), referrer: maskUrl(this.referrer ?? page.referrer) };
  }

  session(): Session | undefined {
    return readSession(this.keep.get('session'));
  }

  /** The visit that an event at this time belongs to; begins one, and tells so, when there is none. */
  private visit(now: number): Session {
    const campaign = campaignOf(this.environment.page().search);
    const text = campaignText(campaign);
    const { sessionIdleMinutes = 30, newSessionOnCampaign = false } = this.options;
    const before = this.session();
    const goesOn = continues(before, now, text, { idleMs: sessionIdleMinutes * 60_000, newOnCampaign: newSessionOnCampaign });
    const session = goesOn
      ? { ...before, lastAt: Math.max(now, before.lastAt) }
      : { id: this.environment.newId(), startedAt: now, lastAt: now, campaign: text };
    if (text !== '' || !goesOn) {
      session.campaign = text;
      this.store('campaign', { ...campaign });
    }
    this.keep.set('session', sessionText(session));
    if (!goesOn && this.options.sessionStart !== false)
      this.add({ type: 'track', event: '$session_start', properties: { ...this.page() } }, { timestamp: now }, session);
    return session;
  }

  /** Takes a message on its way. */
  send(content: Content, call: CallOptions = {}): void {
    if (this.isOff) return;
    this.add(content, call, this.visit(this.environment.now()));
    this.sender.schedule();
  }

  private add(content: Content, call: CallOptions, session: Session): void {
    const { environment, keep } = this;
    const userId = keep.get('userId');
    const message: Message = {
      messageId: call.messageId ?? environment.newId(),
      timestamp: timeText(call.timestamp, environment.now()),
      anonymousId: this.anonymousId(),
      ...(userId ? { userId } : {}),
      ...content,
      context: {
        library: { name: 'perennial.js', version: VERSION },
        page: this.page(),
        ...environment.surroundings(),
        sessionId: session.id,
        ...this.origin(),
        ...call.context,
      },
    };
    const { beforeSend } = this.options;
    const wanted = beforeSend ? beforeSend(message) : message;
    if (!wanted) return;
    // Made a text now: the page may change its objects afterwards.
    const text = jsonText(wanted) ?? '';
    if (byteLength(text) > limits.messageSizeMaxBytes) {
      this.warn('a message is larger than 32 KiB and is dropped', content.event ?? content.type);
      return;
    }
    const dropped = this.outbox.add(text, this.sender.inFlight);
    if (dropped > 0) this.warn(`too much waits, the oldest are dropped: ${dropped}`);
  }

  /** What brought the visitor here, and the groups that they act in. */
  private origin(): Properties {
    const campaign = this.kept('campaign');
    const groups = this.kept('groups');
    return { ...(Object.keys(campaign).length > 0 ? { campaign } : {}), ...(Object.keys(groups).length > 0 ? { groups } : {}) };
  }

  /** The page is hidden or goes away (`isFinal`). */
  leave(isFinal: boolean): void {
    this.sender.leave(isFinal);
    if (isFinal && this.mode === 'open') this.outbox.close(true);
  }

  /** A page that went away is there again, from the browser's memory of it. */
  comeBack(): void {
    if (this.mode === 'open') this.outbox.open();
    this.sender.schedule();
  }

  /** The network is there again. */
  online(): void {
    if (this.mode === 'open') this.outbox.adopt();
    this.sender.hurry();
  }

  warn(text: string, about?: unknown): void {
    if (this.options.debug) this.environment.warn(text, about);
  }
}

function timeText(given: CallOptions['timestamp'], now: number): string {
  const time = given === undefined ? now : new Date(given).getTime();
  return new Date(Number.isNaN(time) ? now : time).toISOString();
}
