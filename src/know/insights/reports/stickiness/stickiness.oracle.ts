import type { Past } from '../../agreement.arbitraries.ts';
import { isPassing, slotsOf, winnerOf } from '../../agreement.oracle.ts';
import type { StickinessQuestion } from './question.ts';

/** In how many intervals did each person do it often enough? Whoever did in none is left out. */
export function stickiness(past: Past, question: StickinessQuestion) {
  const { op, value } = question.times;
  const slots = slotsOf(past, question).current;
  const isEnough = (times: number) => times > 0 && (op === 'atLeast' ? times >= value : op === 'atMost' ? times <= value : times === value);
  const events = past.events.filter((event) => isPassing(event, question));
  const people = [...new Set(events.map((event) => winnerOf(past, event.person)))];
  const filled = people.map((person): [number, number] => {
    const own = events.filter((event) => winnerOf(past, event.person) === person);
    return [person, slots.filter((slot) => isEnough(own.filter(slot.has).length)).length];
  });
  const last = slots.at(-1)?.start ?? 0;
  return { counts: new Map(filled.filter(([, count]) => count > 0)), intervals: slots.length, mature: isOver(past, question, last) };
}

/** Is the interval that begins at `start` over? */
function isOver(past: Past, question: StickinessQuestion, start: number): boolean {
  if (question.interval === 'hour') return start + 3_600_000 <= past.now;
  return endOf(past, question.interval, start) <= past.now;
}

function endOf(past: Past, interval: StickinessQuestion['interval'], start: number): number {
  const day = new Date(start + 43_200_000).toISOString().slice(0, 10);
  const until = new Date(Date.parse(day) + 100 * 86_400_000).toISOString().slice(0, 10);
  const from = new Date(Date.parse(day) - 100 * 86_400_000).toISOString().slice(0, 10);
  const { current } = slotsOf(past, { interval, range: { kind: 'between', from, to: until } });
  return current[current.findIndex((slot) => slot.start === start) + 1]?.start ?? Number.NaN;
}
