import type { Properties } from './types.ts';

/** Where the visitor is, in Segment's words. */
export interface PageFacts {
  url: string;
  path: string;
  search: string;
  referrer: string;
  title: string;
}

/** What came back for a request; status 0 for no answer. */
export interface Reply {
  status: number;
  retryAfter?: string | null;
}

/** Lets one tab at a time do something, and tells when the tab that held a name is gone. Absent where the browser has no locks. */
export interface Locks {
  /** Holds a name until the tab ends or the function is called. */
  hold(name: string): () => void;
  /** Runs `work` when nobody holds the name. */
  ifFree(name: string, work: () => void): void;
}

/** All that the client needs of a browser: `browser-environment.ts` gives the real one, and the vectors one with a clock of their own. */
export interface Environment {
  now(): number;
  newId(): string;
  /** 0 to 1. */
  random(): number;
  /** Runs `work` later; the answer takes it back. */
  later(work: () => void, delayMs: number): () => void;
  page(): PageFacts;
  /** `locale`, `timezone`, `userAgent`, `userAgentData`, `screen` of the context. */
  surroundings(): Properties;
  /** The origin's storage. Any call may throw. */
  storage(): Storage;
  /** Null without a cookie of that name. */
  readCookie(name: string): string | null;
  /** Without a value it is removed. */
  writeCookie(name: string, value: string | undefined, domain: string): void;
  locks: Locks | undefined;
  /** Never rejects. `isKeptAlive`: the request shall survive the page. */
  post(url: string, body: string, isKeptAlive: boolean): Promise<Reply>;
  /** Hands a request to the browser as the page goes away; false when it does not take it. */
  beacon(url: string, body: string): boolean;
  isOnline(): boolean;
  /** Do Not Track or Global Privacy Control. */
  asksForPrivacy(): boolean;
  warn(text: string, about?: unknown): void;
}

/** The part of `localStorage` that we use. */
export interface Storage {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}
