/*
 * Perennial browser snippet. Apache-2.0.
 *
 *   <script async src="https://YOUR-HOST/perennial.js" data-write-key="YOUR-WRITE-KEY"></script>
 *
 * Sends one page view by itself (data-auto-page="false" turns that off). Then:
 *   perennial.track('Signed up', { plan: 'pro' });   perennial.identify('user-1', { email: 'a@b.c' });
 *   perennial.page('Pricing');                       perennial.reset();   // after sign-out
 * Before it has loaded: window.perennial = window.perennial || []; perennial.push(['track', 'Signed up', {}]);
 * It never throws into the page, keeps at most 500 messages, and sends each with an id, so that nothing counts twice.
 */
(() => {
  const VERSION = '1.0.0';
  const QUEUE_MAX = 500;
  const BATCH_MAX = 50;
  const BEACON_MAX_BYTES = 60000;
  const SESSION_MS = 30 * 60 * 1000;
  const script = document.currentScript || document.querySelector('script[data-write-key]');
  if (!script) return;
  const writeKey = script.getAttribute('data-write-key');
  const host = script.getAttribute('data-host') || new URL(script.src, location.href).origin;
  const early = Array.isArray(window.perennial) ? window.perennial : [];
  if (!writeKey || (window.perennial && !Array.isArray(window.perennial))) return;

  const memory = {};
  let queue = [];
  let timer = null;
  let isSending = false;
  let failures = 0;

  function safely(work) {
    return (...given) => {
      try {
        return work(...given);
      } catch {
        return undefined;
      }
    };
  }

  function read(name) {
    try {
      const value = localStorage.getItem(`perennial.${name}`);
      return value === null ? memory[name] : value;
    } catch {
      return memory[name];
    }
  }

  function write(name, value) {
    memory[name] = value;
    try {
      if (value === undefined) localStorage.removeItem(`perennial.${name}`);
      else localStorage.setItem(`perennial.${name}`, value);
    } catch {
      // Storage is full or forbidden: the page's own memory has to do.
    }
  }

  function newId() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, (byte) => `0${byte.toString(16)}`.slice(-2)).join('');
  }

  function anonymousId() {
    let id = read('anonymousId');
    if (!id) {
      id = newId();
      write('anonymousId', id);
    }
    return id;
  }

  function sessionId(now) {
    const parts = (read('session') || '').split('|');
    const isOpen = parts[0] && now - Number(parts[1]) < SESSION_MS;
    const id = isOpen ? parts[0] : newId();
    write('session', `${id}|${now}`);
    return id;
  }

  function campaign() {
    let found;
    new URLSearchParams(location.search).forEach((value, name) => {
      if (name.indexOf('utm_') !== 0) return;
      found = found || {};
      found[name === 'utm_campaign' ? 'name' : name.slice(4)] = value;
    });
    return found;
  }

  function pageFacts() {
    return { url: location.href, path: location.pathname, search: location.search, referrer: document.referrer, title: document.title };
  }

  function send(type, fields) {
    const now = Date.now();
    const message = {
      type: type,
      messageId: newId(),
      timestamp: new Date(now).toISOString(),
      anonymousId: anonymousId(),
      context: {
        library: { name: 'perennial.js', version: VERSION },
        page: pageFacts(),
        locale: navigator.language,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        userAgent: navigator.userAgent,
        screen: { width: screen.width, height: screen.height },
        sessionId: sessionId(now),
        campaign: campaign(),
      },
    };
    const userId = read('userId');
    if (userId) message.userId = userId;
    for (const name in fields) message[name] = fields[name];
    // Copied now: the page may change its object afterwards.
    queue.push(JSON.parse(JSON.stringify(message)));
    if (queue.length > QUEUE_MAX) queue.splice(0, queue.length - QUEUE_MAX);
    schedule(queue.length >= BATCH_MAX ? 0 : 300);
  }

  function body(messages) {
    return JSON.stringify({ writeKey: writeKey, batch: messages, sentAt: new Date().toISOString() });
  }

  function schedule(delayMs) {
    if (timer !== null || isSending) return;
    timer = setTimeout(
      safely(() => {
        timer = null;
        flush();
      }),
      delayMs,
    );
  }

  function flush() {
    if (isSending || queue.length === 0) return;
    const messages = queue.slice(0, BATCH_MAX);
    isSending = true;
    // text/plain asks for no preflight.
    fetch(`${host}/v1/batch`, {
      method: 'POST',
      body: body(messages),
      headers: { 'content-type': 'text/plain' },
      credentials: 'omit',
      keepalive: false,
    })
      .then((answer) => {
        if (answer.status === 429 || answer.status >= 500) return later(Number(answer.headers.get('retry-after')) * 1000);
        // Anything else is final: what was refused once is refused again.
        failures = 0;
        drop(messages);
        isSending = false;
        if (queue.length > 0) schedule(0);
        return undefined;
      })
      .catch(() => {
        later(0);
      });
  }

  function later(waitMs) {
    isSending = false;
    failures += 1;
    schedule(Math.max(waitMs || 0, Math.min(60000, 1000 * 2 ** failures) * (0.5 + Math.random() / 2)));
  }

  function drop(messages) {
    queue = queue.filter((message) => messages.indexOf(message) < 0);
  }

  /** The page goes away: what waits is handed to the browser; what it does not take is kept for the next page. */
  function leave() {
    while (queue.length > 0) {
      let messages = queue.slice(0, BATCH_MAX);
      while (messages.length > 1 && body(messages).length > BEACON_MAX_BYTES) messages = messages.slice(0, messages.length >> 1);
      if (!navigator.sendBeacon?.(`${host}/v1/batch`, body(messages))) break;
      drop(messages);
    }
    write('queue', queue.length > 0 ? JSON.stringify(queue.slice(-100)) : undefined);
  }

  const api = {
    track: safely((event, properties) => {
      send('track', { event: String(event), properties: properties || {} });
    }),
    page: safely((name, properties) => {
      const given = typeof name === 'object' && name !== null ? name : properties;
      send('page', { name: typeof name === 'string' ? name : undefined, properties: Object.assign(pageFacts(), given) });
    }),
    identify: safely((userId, traits) => {
      if (typeof userId === 'object' && userId !== null) return send('identify', { traits: userId });
      if (userId === undefined || userId === null || userId === '') return undefined;
      write('userId', String(userId));
      return send('identify', { userId: String(userId), traits: traits || {} });
    }),
    reset: safely(() => {
      write('userId', undefined);
      write('anonymousId', undefined);
      write('session', undefined);
    }),
    flush: safely(flush),
    anonymousId: safely(anonymousId),
    push: safely((call) => {
      if (Array.isArray(call) && typeof api[call[0]] === 'function') api[call[0]].apply(null, call.slice(1));
    }),
  };
  window.perennial = api;

  safely(() => {
    const kept = JSON.parse(read('queue') || '[]');
    write('queue', undefined);
    if (Array.isArray(kept)) queue = kept.concat(queue);
  })();
  addEventListener('pagehide', safely(leave));
  document.addEventListener(
    'visibilitychange',
    safely(() => {
      if (document.visibilityState === 'hidden') leave();
    }),
  );
  if (script.getAttribute('data-auto-page') !== 'false') api.page();
  early.forEach(api.push);
  if (queue.length > 0) schedule(300);
})();
