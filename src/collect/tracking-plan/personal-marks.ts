import type { PersonalRule } from '../enrichment/contract.ts';
import type { TrackingPlan } from './plan-document.ts';

/** What the plan's markings ask of the door: sensitive values are hashed, personal ones are known as such. The strictest marking of a name counts. */
export function personalMarksOf(plan: TrackingPlan): PersonalRule[] {
  const marks = new Map<string, PersonalRule>();
  const mark = (place: 'property' | 'trait', name: string, marking: string | undefined) => {
    if (marking !== 'personal' && marking !== 'sensitive') return;
    const key = `${place}:${name}`;
    if (marking === 'sensitive' || !marks.has(key)) marks.set(key, { place, name, action: marking === 'sensitive' ? 'hash' : 'keep' });
  };
  for (const { properties } of Object.values(plan.events))
    for (const [name, property] of Object.entries(properties ?? {})) mark('property', name, property.personal);
  for (const [name, trait] of Object.entries(plan.traits)) mark('trait', name, trait.personal);
  return [...marks.values()];
}
