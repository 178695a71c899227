import type { ApiError } from '../../api-error.ts';

/** A fault at a field of a form. */
export interface FieldFault {
  name: (string | number)[];
  errors: string[];
}

/**
 * Sorts what the server found wrong to the fields of a form. `body.rules.0.name` belongs to the field `['rules', 0, 'name']`, or to the nearest
 * field around it (`['rules']`); what belongs to no field comes back in `rest`.
 */
export function sortIssues(error: ApiError, fields: readonly (string | number)[][]): { faults: FieldFault[]; rest: string[] } {
  const known = new Set(fields.map((field) => field.join('.')));
  const faults = new Map<string, FieldFault>();
  const rest: string[] = [];
  for (const issue of error.issues) {
    const path = issue.path
      .replace(/^(body|query|params)\.?/, '')
      .split('.')
      .filter(Boolean);
    while (path.length > 0 && !known.has(path.join('.'))) path.pop();
    if (path.length === 0) {
      rest.push(issue.message);
      continue;
    }
    const key = path.join('.');
    const fault = faults.get(key) ?? { name: path.map((part) => (/^\d+$/.test(part) ? Number(part) : part)), errors: [] };
    fault.errors.push(issue.message);
    faults.set(key, fault);
  }
  return { faults: [...faults.values()], rest };
}
