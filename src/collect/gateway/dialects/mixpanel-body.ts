import { refuseGateway } from '../contract.ts';
import type { DialectRequest } from '../dialect.ts';
import { isObject, parseForm, parseJson } from '../read-body.ts';
import { textOf } from './read-fields.ts';

/** `data` of the query or of a form: JSON, or base64 of it; or the body itself as JSON. Throws `gateway.body_unreadable`. */
export function sentValue(request: DialectRequest): unknown {
  const [first] = request.body;
  if (first === 0x7b || first === 0x5b) return request.json();
  const data = request.body.length > 0 ? parseForm(request.body).get('data') : request.query.get('data');
  if (data === null) throw refuseGateway('body_unreadable');
  const text = data.trimStart();
  if (/^[[{]/.test(text)) return parseJson(text);
  // The server library does not escape the base64 text, so that its `+` reads as a space.
  return parseJson(Buffer.from(text.replaceAll(' ', '+'), 'base64'));
}

/** The project's token, which stands in each message. */
export function tokenOf(raw: unknown): string | undefined {
  if (!isObject(raw)) return undefined;
  return textOf(raw.$token) ?? (isObject(raw.properties) ? textOf(raw.properties.token) : undefined) ?? textOf(raw.token);
}
