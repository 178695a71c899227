import { ApiError } from '../../../console/api.ts';

/** What the server found wrong, sorted to the parts of the form. */
export interface FormFaults {
  name?: string;
  /** Places inside the tree: `conditions.0.window`. */
  condition: readonly { path: string; message: string }[];
  rest: readonly string[];
}

export const noFaults: FormFaults = { condition: [], rest: [] };

const CONDITION = /^body\.condition\.?/;

/** Sorts a refusal: a name that is taken goes to the name, faults of the tree to their conditions, all else above the form. */
export function sortFaults(error: unknown, otherwise: string): FormFaults {
  if (!(error instanceof ApiError)) return { ...noFaults, rest: [error instanceof Error && error.message ? error.message : otherwise] };
  if (error.code === 'segments.name_taken') return { ...noFaults, name: error.message };
  const condition = error.issues
    .filter((issue) => CONDITION.test(issue.path))
    .map(({ path, message }) => ({ path: path.replace(CONDITION, ''), message }));
  const name = error.issues.find((issue) => issue.path === 'body.name')?.message;
  const whole = condition.filter((fault) => fault.path === '').map((fault) => fault.message);
  return { condition, rest: [error.message, ...whole], ...(name !== undefined && { name }) };
}
