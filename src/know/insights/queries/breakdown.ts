import type { Group } from '../answers.ts';
import type { Frame, Piece } from '../frame.ts';
import { propertyText } from '../property.ts';
import type { Breakdown } from '../questions.ts';

/** Codes of groups in SQL: values are 1, 2, 3 ... in the order of `top`. */
const NONE = -1;
const OTHER = 0;

/** The values that a breakdown shows by name, the greatest first. */
export interface TopValues {
  property: string;
  values: string[];
  /** There are more values, which stand together as `other`. */
  truncated: boolean;
}

/** SQL of a row's group code. Binds `topValues`. */
export function groupCode(property: string): string {
  const text = propertyText(property);
  return `if(isNull(${text}), ${NONE}, toInt16(indexOf({topValues:Array(String)}, assumeNotNull(${text}))))`;
}

/** Which group a code stands for. */
export function groupOfCode(code: number, top: TopValues): Group {
  if (code === NONE) return { kind: 'none' };
  const value = top.values[code - 1];
  return code === OTHER || value === undefined ? { kind: 'other' } : { kind: 'value', value };
}

/** The code of a group, or undefined when the answer has no such group. */
export function codeOfGroup(group: Group, top: TopValues): number | undefined {
  if (group.kind === 'none') return NONE;
  if (group.kind === 'other') return OTHER;
  if (group.kind === 'all') return undefined;
  const index = top.values.indexOf(group.value);
  return index < 0 ? undefined : index + 1;
}

/** Codes in the order of an answer: values, `other`, `none`. */
export function codesOf(top: TopValues): number[] {
  return [...top.values.map((_, index) => index + 1), OTHER, NONE];
}

/** Which values of the property weigh most among rows of events? Equal weights go by the value. */
export async function rankValues(frame: Frame, breakdown: Breakdown, rows: Piece, weight: string): Promise<TopValues> {
  const text = propertyText(breakdown.property);
  const ranked = await frame.rows<{ value: string }>({
    sql: `SELECT assumeNotNull(${text}) AS value FROM events WHERE ${rows.sql} AND isNotNull(${text})
GROUP BY value ORDER BY ${weight} DESC, value LIMIT {valuesMax:UInt32}`,
    parameters: { ...rows.parameters, valuesMax: breakdown.limit + 1 },
  });
  return {
    property: breakdown.property,
    values: ranked.slice(0, breakdown.limit).map((row) => row.value),
    truncated: ranked.length > breakdown.limit,
  };
}
