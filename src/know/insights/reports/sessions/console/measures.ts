import type { Format } from '../../../../../console/kit/use-format.ts';
import type { SessionMeasures } from '../answer.ts';

/** Figures that follow from the sums of sessions. */
export const figureKeys = ['visitors', 'people', 'sessions', 'views', 'perPerson', 'depth', 'duration', 'bounceRate', 'engagedRate'] as const;
export type FigureKey = (typeof figureKeys)[number];

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);

/** A figure; null where there is nothing to divide by. */
export function figureOf(key: FigureKey, measures: SessionMeasures): number | null {
  const { sessions } = measures;
  if (key === 'perPerson') return share(sessions, measures.people);
  if (key === 'depth') return share(measures.views, sessions);
  if (key === 'duration') return share(measures.durationMs, sessions);
  if (key === 'bounceRate') return share(measures.bounced, sessions);
  if (key === 'engagedRate') return share(measures.engaged, sessions);
  return measures[key];
}

export function writeFigure(key: FigureKey, value: number | null, format: Format): string {
  if (value === null) return '–';
  if (key === 'duration') return format.duration(Math.round(value / 1_000) * 1_000);
  if (key === 'bounceRate' || key === 'engagedRate') return format.percent(value);
  return key === 'perPerson' || key === 'depth' ? format.number(value, 2) : format.number(value);
}
