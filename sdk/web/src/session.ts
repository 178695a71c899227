/** A visit. Times in ms. */
export interface Session {
  id: string;
  startedAt: number;
  lastAt: number;
  /** Text of the campaign that brought the visitor, to know another one. */
  campaign: string;
}

export interface SessionRules {
  idleMs: number;
  newOnCampaign: boolean;
}

/** A session ends after a day whatever happens: a page that is never left is not one visit for a week. */
const lengthMaxMs = 24 * 3_600_000;

/**
 * Whether an event at `now` goes on with this session. It does not after `idleMs` without an event (the instant itself still belongs to it), after a day, when the clock was
 * set back by more than `idleMs`, and, by choice, when the address names another campaign.
 */
export function continues(session: Session | undefined, now: number, campaign: string, rules: SessionRules): session is Session {
  if (!session) return false;
  if (Math.abs(now - session.lastAt) > rules.idleMs || now - session.startedAt > lengthMaxMs) return false;
  return !rules.newOnCampaign || campaign === '' || campaign === session.campaign;
}

/** `id|startedAt|lastAt|campaign`, as it is kept. */
export const sessionText = (session: Session): string =>
  [session.id, session.startedAt, session.lastAt, encodeURIComponent(session.campaign)].join('|');

export function readSession(text: string | undefined): Session | undefined {
  const [id = '', startedAt, lastAt, campaign = ''] = (text ?? '').split('|');
  const session = { id, startedAt: Number(startedAt), lastAt: Number(lastAt), campaign };
  if (id === '' || !(session.startedAt > 0) || !(session.lastAt > 0)) return undefined;
  try {
    session.campaign = decodeURIComponent(campaign);
  } catch {
    session.campaign = '';
  }
  return session;
}
