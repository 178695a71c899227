/** Short notices between parts of the system and between processes. A notice may be lost: it wakes readers, the truth is in the stores. */
export interface Bus {
  /** `payload` is JSON, at most 7,000 bytes (PostgreSQL's NOTIFY allows 8,000). Never throws; a failure is logged. */
  publish(topic: string, payload: unknown): void;
  /** Calls `handler` for every notice on `topic`, of this process and (grown-up form) of others. Returns the way to end it. */
  subscribe(topic: string, handler: (payload: unknown) => void): () => void;
}
