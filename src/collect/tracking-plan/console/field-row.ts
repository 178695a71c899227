import type { PlannedProperty, SeenPropertyView } from '../contract.ts';

/** A property or trait as the plan has it and as it arrives; one of the two may be missing. */
export interface FieldRow {
  name: string;
  planned: PlannedProperty | undefined;
  seen: SeenPropertyView | undefined;
  /** Events that were looked at. */
  sampled: number;
}
