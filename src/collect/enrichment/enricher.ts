import { eventLimits, type IncomingEvent } from '../stream/contract.ts';
import { addArrival } from './add-arrival.ts';
import { addDevice, addStatedDevice } from './add-device.ts';
import { addRevenue } from './add-revenue.ts';
import type { Enricher, QualityApi } from './api.ts';
import { type Arrival, arrivalOf } from './arrival.ts';
import type { Devices } from './device/device.ts';
import { type Geography, type Place, truncateAddress } from './geography/geography.ts';
import type { FindingsStore } from './personal/findings.ts';
import { maskSent } from './personal/mask.ts';
import { protect } from './personal/protect.ts';
import type { Profile } from './profiles.ts';
import { isServerLibrary } from './senders.ts';
import { type KnownSession, keyOf, type SessionBook } from './sessions/session-book.ts';

/** What every enricher of the process shares. */
export interface EnricherTools {
  geography: Geography;
  devices: Devices;
  book: SessionBook;
  quality: QualityApi;
  findings: FindingsStore;
  /** Tells other processes of a session; absent when there are none. */
  tell: ((key: string, session: KnownSession) => void) | undefined;
}

const SKEW_MS = 60_000;
const LATE_MS = 3_600_000;
/** Enrichment adds about 25 properties; an event that stands near the stream's limit stays as it is. */
const PROPERTIES_LEFT = 30;

/** Makes the enricher of a project. The order matters: places before addresses go, what is found personal before it is hashed. */
export function createEnricher(tools: EnricherTools, profile: Profile): Enricher {
  const { settings, projectId } = profile;
  const { quality } = tools;
  const addresses = new RequestAddresses(tools.geography, settings.ip);
  return {
    apply(event, request) {
      const arrival = arrivalOf(event, request);
      const { client } = arrival;
      const isFact = isEnriched(event);
      if (isFact && settings.isDeviceOn) addStatedDevice(event, arrival);
      const device =
        arrival.userAgent === '' ? undefined : addDevice(event, arrival, { devices: tools.devices, isOn: isFact && settings.isDeviceOn });
      if (device?.isBot) {
        if (settings.bots === 'drop') {
          quality.count(projectId, { measure: 'bot_dropped', client });
          return 'drop';
        }
        quality.count(projectId, { measure: 'bot_marked', client });
        if (isFact) event.properties.$is_bot = true;
      }
      countTimes(arrival, { quality, projectId, sentAt: request.sentAt });
      const address = addressOf(event, arrival);
      if (isFact) {
        if (settings.isGeographyOn && address !== '') addPlace(event.properties, addresses.placeOf(address));
        const campaign = addArrival(event, profile);
        addRevenue(event, arrival, { profile, quality });
        addSession(event, { arrival, campaign, tools, profile });
      }
      keepAddress(event, address === '' ? undefined : addresses.keptOf(address));
      if (settings.isPersonalSought) tools.findings.look(projectId, client, event, profile.decided);
      if (profile.protection) protect(event, profile.protection);
      return 'keep';
    },
    mask: (sent, became) => maskSent(sent, became, { protection: profile.protection, ip: settings.ip }),
  };
}

/** Facts that people and apps make gain properties; calls that only tell who somebody is carry traits there. */
function isEnriched(event: IncomingEvent): boolean {
  if (event.kind !== 'track' && event.kind !== 'page' && event.kind !== 'screen') return false;
  let count = 0;
  for (const _ in event.properties) count += 1;
  return count <= eventLimits.propertiesMax / 2 || countNested(event.properties) <= eventLimits.propertiesMax - PROPERTIES_LEFT;
}

function countNested(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countNested(item), 0);
  return Object.values(value).reduce((sum: number, part) => sum + 1 + countNested(part), 0);
}

/** The event's own address, which a server sends for its visitor, before the request's. */
function addressOf(event: IncomingEvent, { isPersonal, request }: Arrival): string {
  const { ip } = event.context;
  return typeof ip === 'string' && ip !== '' ? ip : isPersonal ? request.ip : '';
}

/** The last address asked for: the events of one request have the same, mostly. */
class RequestAddresses {
  readonly #geography: Geography;
  readonly #choice: 'keep' | 'truncate' | 'drop';
  #address: string | undefined;
  #place: Place | undefined;
  #kept: string | undefined;

  constructor(geography: Geography, choice: 'keep' | 'truncate' | 'drop') {
    this.#geography = geography;
    this.#choice = choice;
  }

  placeOf(address: string): Place | undefined {
    this.#look(address);
    return this.#place;
  }

  /** What is kept of the address; undefined for nothing. */
  keptOf(address: string): string | undefined {
    this.#look(address);
    return this.#kept;
  }

  #look(address: string): void {
    if (this.#address === address) return;
    this.#address = address;
    this.#place = this.#geography.placeOf(address);
    this.#kept = this.#choice === 'drop' ? undefined : this.#choice === 'keep' ? address : truncateAddress(address);
  }
}

function addPlace(properties: Record<string, unknown>, place: Place | undefined): void {
  if (!place) return;
  properties.$country ??= place.country;
  if (place.province !== undefined) properties.$province ??= place.province;
  if (place.city !== undefined) properties.$city ??= place.city;
}

function keepAddress(event: IncomingEvent, kept: string | undefined): void {
  if (event.context.ip === kept) return;
  const { ip: _, ...rest } = event.context;
  event.context = kept === undefined ? rest : { ...rest, ip: kept };
}

function countTimes({ client, request, timeMs }: Arrival, to: { quality: QualityApi; projectId: number; sentAt: number | undefined }): void {
  const { quality, projectId, sentAt } = to;
  const skewMs = sentAt === undefined ? 0 : sentAt - request.receivedAt;
  if (Math.abs(skewMs) > SKEW_MS) quality.count(projectId, { measure: 'skewed', client, reason: skewMs > 0 ? 'fast' : 'slow' });
  const ageMs = request.receivedAt - timeMs;
  if (ageMs > LATE_MS) quality.count(projectId, { measure: 'late', client, reason: ageMs > 24 * LATE_MS ? 'days' : 'hours' });
  else if (ageMs < -SKEW_MS) quality.count(projectId, { measure: 'early', client });
}

interface SessionParts {
  arrival: Arrival;
  campaign: string;
  tools: EnricherTools;
  profile: Profile;
}

function addSession(event: IncomingEvent, { arrival, campaign, tools, profile }: SessionParts): void {
  const { sessions } = profile.settings;
  if (!sessions.isOn || event.sessionId !== undefined || event.passive || !Number.isFinite(arrival.timeMs)) return;
  if (!sessions.isForServers && isServerLibrary(arrival.client)) return;
  const key = keyOf(profile.projectId, event.anonymousId, event.userId);
  if (key === undefined || key.length > eventLimits.idLengthMax + 12) return;
  const visit = { key, timeMs: arrival.timeMs, day: profile.dayOf(arrival.timeMs), campaign };
  event.sessionId = tools.book.assign(visit, profile.sessionRule, tools.tell);
}
