import { isObject } from '../read-body.ts';

/** What Google's validation server says (https://developers.google.com/analytics/devguides/collection/protocol/ga4/validating-events). */
export interface ValidationMessage {
  fieldPath: string;
  description: string;
  validationCode:
    | 'VALUE_INVALID'
    | 'VALUE_REQUIRED'
    | 'NAME_INVALID'
    | 'NAME_RESERVED'
    | 'VALUE_OUT_OF_BOUNDS'
    | 'EXCEEDED_MAX_ENTITIES'
    | 'NAME_DUPLICATED';
}

export const MP_EVENTS_MAX = 25;
const PARAMS_MAX = 25;
const NAME_MAX = 40;
const VALUE_MAX = 100;
const BACKDATED_MAX_MS = 72 * 3_600_000;
const nameForm = /^[A-Za-z]\w*$/;
const reservedPrefixes = ['_', 'firebase_', 'ga_', 'google_', 'gtag.'];
/** Names that only Google's own SDKs may send (.../ga4/reference#reserved_names). */
const reservedNames = new Set(
  `active_view ad_activeview ad_click ad_exposure ad_query ad_reward adunit_exposure app_background app_clear_data app_exception app_remove app_store_refund app_store_subscription_cancel
  app_store_subscription_convert app_store_subscription_renew app_update app_upgrade dynamic_link_app_open dynamic_link_app_update dynamic_link_first_open error firebase_campaign firebase_in_app_message_action
  firebase_in_app_message_dismiss firebase_in_app_message_impression first_open first_visit in_app_purchase notification_dismiss notification_foreground notification_open notification_receive
  notification_send os_update session_start session_start_with_rollout user_engagement`.split(/\s+/),
);
const currencyEvents = new Set(['purchase', 'refund', 'add_to_cart', 'begin_checkout', 'view_item']);

/** Checks a body of the Measurement Protocol by Google's rules. We take more than they do; what they would not take, this says. */
export function validate(body: unknown, now: number): ValidationMessage[] {
  const found: ValidationMessage[] = [];
  const note = (validationCode: ValidationMessage['validationCode'], fieldPath: string, description: string): void => {
    found.push({ fieldPath, description, validationCode });
  };
  if (!isObject(body)) {
    note('VALUE_INVALID', '', 'The body must be a JSON object.');
    return found;
  }
  if (!isFilled(body.client_id) && !isFilled(body.app_instance_id))
    note('VALUE_REQUIRED', 'client_id', 'Measurement requires a client_id or an app_instance_id.');
  if (body.timestamp_micros !== undefined) checkTime(body.timestamp_micros, now, note);
  if (!Array.isArray(body.events) || body.events.length === 0) {
    note('VALUE_REQUIRED', 'events', 'Measurement requires at least one event.');
    return found;
  }
  if (body.events.length > MP_EVENTS_MAX) note('EXCEEDED_MAX_ENTITIES', 'events', `A request takes at most ${MP_EVENTS_MAX} events.`);
  for (const [index, event] of body.events.entries()) checkEvent(event, `events[${index}]`, note);
  if (isObject(body.user_properties)) for (const name in body.user_properties) checkName(name, `user_properties.${name}`, note, 24);
  return found;
}

type Note = (code: ValidationMessage['validationCode'], path: string, description: string) => void;

function checkTime(value: unknown, now: number, note: Note): void {
  const micros = Number(value);
  if (!Number.isFinite(micros)) note('VALUE_INVALID', 'timestamp_micros', 'timestamp_micros must be a number of microseconds.');
  else if (micros / 1_000 < now - BACKDATED_MAX_MS)
    note('VALUE_OUT_OF_BOUNDS', 'timestamp_micros', 'Google takes events of the last 72 hours; they are kept here.');
}

function checkEvent(event: unknown, path: string, note: Note): void {
  if (!isObject(event)) {
    note('VALUE_INVALID', path, 'An event must be a JSON object.');
    return;
  }
  if (!isFilled(event.name)) note('VALUE_REQUIRED', `${path}.name`, 'An event requires a name.');
  else if (reservedNames.has(String(event.name))) note('NAME_RESERVED', `${path}.name`, `Event name [${String(event.name)}] is reserved.`);
  else checkName(String(event.name), `${path}.name`, note, NAME_MAX);
  if (event.params === undefined) return;
  if (!isObject(event.params)) {
    note('VALUE_INVALID', `${path}.params`, 'params must be a JSON object.');
    return;
  }
  const names = Object.keys(event.params);
  if (names.length > PARAMS_MAX) note('EXCEEDED_MAX_ENTITIES', `${path}.params`, `An event takes at most ${PARAMS_MAX} parameters.`);
  for (const name of names) checkParam(name, event.params[name], `${path}.params.${name}`, note);
  if (currencyEvents.has(String(event.name)) && event.params.value !== undefined && !isFilled(event.params.currency))
    note('VALUE_REQUIRED', `${path}.params.currency`, 'Item parameter value requires a currency.');
}

function checkParam(name: string, value: unknown, path: string, note: Note): void {
  checkName(name, path, note, NAME_MAX);
  if (typeof value === 'string' && value.length > VALUE_MAX && !['page_location', 'page_referrer', 'page_title'].includes(name))
    note('VALUE_OUT_OF_BOUNDS', path, `A value takes at most ${VALUE_MAX} characters.`);
  if (isObject(value)) note('VALUE_INVALID', path, 'A parameter must be a text or a number.');
  if (name === 'currency' && !/^[A-Z]{3}$/.test(String(value))) note('VALUE_INVALID', path, 'currency must be a code of ISO 4217.');
}

function checkName(name: string, path: string, note: Note, lengthMax: number): void {
  if (name.length > lengthMax) note('NAME_INVALID', path, `A name takes at most ${lengthMax} characters.`);
  else if (reservedPrefixes.some((prefix) => name.startsWith(prefix)) && name !== 'ga_session_id')
    note('NAME_RESERVED', path, `Names that begin so are reserved: [${name}].`);
  else if (!nameForm.test(name)) note('NAME_INVALID', path, `[${name}] must begin with a letter and hold only letters, digits and _.`);
}

function isFilled(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number';
}
