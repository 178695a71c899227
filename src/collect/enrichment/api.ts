import type { IncomingEvent } from '../stream/contract.ts';
import type { PersonalRule, QualityMeasure } from './contract.ts';
import type { MaskedValue } from './personal/mask.ts';

/** What is known of the request that an event came with. */
export interface EnrichmentRequest {
  /** Address of the sender, behind trusted proxies. Empty: unknown, or not to be used (imports). */
  ip: string;
  /** The request's User-Agent header. */
  userAgent?: string | undefined;
  /** Further headers, names in lower case: `sec-ch-ua*` and `accept-language` are read. */
  hints?: Record<string, string> | undefined;
  /** Our clock (ms). */
  receivedAt: number;
  /** When the client says that it sent the request (ms, its clock). */
  sentAt?: number | undefined;
}

/** Enriches the events of one project by its settings. Valid for one request: ask `prepare` again for the next. */
export interface Enricher {
  /**
   * Adds what can be known (geography, device, channel, revenue, session), protects personal data, counts what is odd. Changes `event` in place:
   * `properties`, `traits`, `traitChanges`, `ids`, `context`, `sessionId`. Synchronous, without a store; a few microseconds.
   * `drop`: the project does not want it (a bot); answer the client as if it had been accepted. It is counted here.
   */
  apply(event: IncomingEvent, request: EnrichmentRequest): 'keep' | 'drop';
  /**
   * A copy of what a client sent, for people who look at it, without the values that `apply` hashes, drops or shortens. `became` is the event after `apply`
   * as JSON, empty when there is none. May be called later than `apply`: whoever looks pays.
   */
  mask(sent: unknown, became: string): { shown: unknown; masked: MaskedValue[] };
}

/** One count. */
export interface QualityCount {
  measure: QualityMeasure;
  /** Name of the client library (`clientOf(event)`). */
  client: string;
  /** A code such as `stream.too_deep`, or a word that tells more. */
  reason?: string;
  /** 1 unless given. */
  count?: number;
}

/**
 * Counters of the stream's quality. The gateway counts what came in (`received`, readable or not) and what became of it (`accepted`, `duplicate`, `refused`,
 * `quarantined`, `blocked`, `violation`); `apply` counts the rest. In memory, written to the store every few seconds and at the stop, added up over all
 * processes; a process that is killed loses the last seconds.
 */
export interface QualityApi {
  /** Counts at the present hour. Cheap enough for every event. Never throws. */
  count(projectId: number, one: QualityCount): void;
}

/** What other slices may ask of enrichment. */
export interface EnrichmentApi {
  /** The project's enricher; from memory after the first call. A change of the settings is seen at once here, with the bus's speed in other processes. */
  prepare(projectId: number): Promise<Enricher>;
  quality: QualityApi;
  /**
   * Registers a further source of marks (the tracking plan's): properties that are personal or sensitive. Rules that a member sets in this slice win
   * over them. Once per process, at start.
   */
  registerPersonalMarks(marksOf: (projectId: number) => Promise<readonly PersonalRule[]>): void;
  /** Call it when the marks of a project changed: its enricher is made anew, here and in other processes. */
  personalMarksChanged(projectId: number): void;
}
