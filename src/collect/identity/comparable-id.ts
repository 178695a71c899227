/** Spaces, hyphens and dashes, and parentheses: how people write a phone number, and not what it is. */
const phoneMarks = /[\s()\p{Pd}]/gu;

/**
 * An id in the form in which ids of its kind are compared: emails in small letters without spaces around, phones without spaces and dashes. What was sent stays
 * as it is in traits.
 */
export function comparableId(kind: string, value: string): string {
  if (kind === 'email') return value.trim().toLowerCase();
  return kind === 'phone' ? value.replace(phoneMarks, '') : value;
}
