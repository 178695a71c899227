import type { TFunction } from 'i18next';
import type { PathPlace } from '../answer.ts';

/** How a place of a path is called: an event's value when it has one, as readers know pages by their path. */
export function placeName(place: PathPlace, t: TFunction<'insights'>, nameOf: (event: string) => string): string {
  if (place.kind !== 'step') return t(`paths.places.${place.kind}`);
  if (place.value === undefined) return nameOf(place.event);
  if (place.value === null) return t('paths.noValue', { event: nameOf(place.event) });
  const value = place.value === '' ? t('emptyText') : place.value;
  return place.event === '$page' ? value : `${nameOf(place.event)} · ${value}`;
}
