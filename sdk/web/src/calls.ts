import type { Client } from './client.ts';
import type { CallOptions, Message, Perennial, Properties, TraitChange } from './types.ts';

const isObject = (value: unknown): value is Properties => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Properties => (isObject(value) ? value : {});
const idOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '');

/** The calls of a page, each of them harmless: whatever goes wrong inside stays inside. */
export function makeCalls(client: Client): Perennial {
  const guard = <Given extends unknown[], Result>(work: (...given: Given) => Result, otherwise: Result): ((...given: Given) => Result) => {
    return (...given) => {
      try {
        return work(...given);
      } catch (error) {
        safeWarn(client, error);
        return otherwise;
      }
    };
  };
  const guarded = <Given extends unknown[]>(work: (...given: Given) => void) => guard(work, undefined);
  const calls: Perennial = {
    ...eventCalls(client, guarded),
    ...traitCalls(client, guarded),
    ...stateCalls(client, guarded),
    flush: guard(() => client.sender.flush(), Promise.resolve()),
    getConsent: guard(() => client.consent, 'pending'),
    anonymousId: guard(() => client.anonymousId(), ''),
    userId: guard(() => client.keep.get('userId'), undefined),
    sessionId: guard(() => client.session()?.id, undefined),
    push: guarded((...given) => {
      for (const call of given) if (Array.isArray(call)) callByName(calls, call);
    }),
  };
  return calls;
}

/** `['track', 'Signed up', {}]` as `track('Signed up', {})`. */
function callByName(calls: Perennial, [name, ...given]: readonly unknown[]): void {
  const call = Object.keys(calls).indexOf(String(name)) >= 0 ? (calls as unknown as Record<string, unknown>)[String(name)] : undefined;
  if (typeof call === 'function' && name !== 'push') call(...given);
}

type Guarded = <Given extends unknown[]>(work: (...given: Given) => void) => (...given: Given) => void;

function eventCalls(client: Client, guarded: Guarded): Pick<Perennial, 'track' | 'page' | 'identify' | 'alias' | 'group'> {
  return {
    track: guarded((event, properties, options?: CallOptions) => {
      const name = String(event ?? '').trim();
      if (name === '') return client.warn('track needs the name of an event');
      client.send(
        { type: 'track', event: name, properties: { ...client.kept('properties'), ...duration(client, name), ...objectOf(properties) } },
        options,
      );
    }),
    page: guarded((name, properties, options?: CallOptions) => {
      const given = isObject(name) ? name : objectOf(properties);
      const named: Partial<Message> = typeof name === 'string' && name !== '' ? { name } : {};
      client.send({ type: 'page', ...named, properties: { ...client.kept('properties'), ...client.page(), ...given } }, options);
    }),
    identify: guarded((userId, traits, options?: CallOptions) => {
      if (isObject(userId)) return client.send({ type: 'identify', traits: userId }, options);
      const id = idOf(userId);
      if (id === '') return client.warn('identify needs an id');
      if (client.isOff) return;
      client.keep.set('userId', id);
      client.send({ type: 'identify', traits: objectOf(traits) }, options);
    }),
    alias: guarded((userId, previousId, options?: CallOptions) => {
      const id = idOf(userId);
      if (id === '') return client.warn('alias needs an id');
      client.send({ type: 'alias', userId: id, previousId: idOf(previousId) || client.anonymousId() }, options);
    }),
    group: guarded((groupId, traits, type = 'company') => {
      const id = idOf(groupId);
      if (id === '' || client.isOff) return client.warn('group needs an id');
      client.store('groups', { ...client.kept('groups'), [type]: id });
      client.send({ type: 'group', groupId: id, groupType: type, traits: objectOf(traits) });
    }),
  };
}

/** Seconds since `timeEvent`, once. */
function duration(client: Client, event: string): Properties {
  const timers = client.kept('timers');
  const since = Number(timers[event]);
  if (!(since > 0)) return {};
  delete timers[event];
  client.store('timers', timers);
  return { duration: Math.max(0, client.environment.now() - since) / 1_000 };
}

function traitCalls(
  client: Client,
  guarded: Guarded,
): Pick<Perennial, 'set' | 'setOnce' | 'increment' | 'append' | 'prepend' | 'union' | 'remove' | 'unset'> {
  const change = (changes: TraitChange[]): void => {
    if (changes.length > 0) client.send({ type: 'identify', traits: {}, traitChanges: changes });
  };
  const one = (operation: TraitChange['operation']) => guarded((name: string, value: unknown) => change([{ operation, name: String(name), value }]));
  return {
    set: guarded((traits) => client.send({ type: 'identify', traits: objectOf(traits) })),
    setOnce: guarded((traits) => change(Object.entries(objectOf(traits)).map(([name, value]) => ({ operation: 'set_once', name, value })))),
    increment: guarded((name, by = 1) => {
      const all = isObject(name) ? name : { [String(name)]: by };
      change(
        Object.entries(all)
          .filter(([, value]) => typeof value === 'number' && Number.isFinite(value))
          .map(([trait, value]) => ({ operation: 'increment', name: trait, value })),
      );
    }),
    append: one('append'),
    prepend: one('prepend'),
    union: guarded((name, values) => change([{ operation: 'union', name: String(name), value: Array.isArray(values) ? values : [values] }])),
    remove: one('remove'),
    unset: guarded((...names) => change(names.map((name) => ({ operation: 'unset', name: String(name) })))),
  };
}

function stateCalls(
  client: Client,
  guarded: Guarded,
): Pick<Perennial, 'register' | 'registerOnce' | 'unregister' | 'timeEvent' | 'reset' | 'setConsent'> {
  return {
    register: guarded((properties) => !client.isOff && client.store('properties', { ...client.kept('properties'), ...objectOf(properties) })),
    registerOnce: guarded((properties) => !client.isOff && client.store('properties', { ...objectOf(properties), ...client.kept('properties') })),
    unregister: guarded((...names) => {
      const left = client.kept('properties');
      for (const name of names) delete left[name];
      client.store('properties', left);
    }),
    timeEvent: guarded((event) => {
      if (!client.isOff) client.store('timers', { ...client.kept('timers'), [String(event).trim()]: client.environment.now() });
    }),
    reset: guarded(() => client.forget()),
    setConsent: guarded((consent) => {
      if (consent === 'granted' || consent === 'denied') client.decide(consent);
    }),
  };
}

function safeWarn(client: Client, error: unknown): void {
  try {
    client.warn('a call failed', error);
  } catch {
    // Not even the console is there.
  }
}
