import type { Kernel } from '../../kernel/slice.ts';
import { passwordLengthMax, passwordLengthMin } from './contract.ts';
import type { AccessTables } from './tables.ts';

const daySeconds = 86_400;
/** A session that is not used ends after this. */
const sessionSeconds = 14 * daySeconds;

/** Whose session a request carries. */
export interface OpenSession {
  sessionId: string;
  memberId: string;
}

/** Passwords and sessions of members: better-auth, of which nothing but this interface is seen. Cookies come as ready `Set-Cookie` values. */
export interface Auth {
  /**
   * Checks the password (scrypt: about 0.1 s of one core and 32 MB) and opens a session. Undefined when email or password is wrong; an unknown email
   * costs the same time.
   */
  signIn(email: string, password: string, headers: Headers): Promise<{ memberId: string; cookies: string[] } | undefined>;
  /** Reads the session of the request's cookie; writes nothing. */
  openSession(headers: Headers): Promise<OpenSession | undefined>;
  /** As `openSession`, and lengthens the session once a day; then with a new cookie. */
  renewSession(headers: Headers): Promise<string[]>;
  /** Cookies that clear the browser's; the session itself is ended by `endSession` of `sessions.ts`. */
  clearingCookies(headers: Headers): Promise<string[]>;
  /** Changes the password, ends every session of the member and opens a new one. Undefined when the current password is wrong. */
  changePassword(change: { currentPassword: string; newPassword: string }, headers: Headers): Promise<string[] | undefined>;
  hashPassword(password: string): Promise<string>;
}

/** Name of the session cookie: with https it gets the prefix that browsers accept over https only. */
export function sessionCookieName(publicUrl: string): string {
  return `${isSecure(publicUrl) ? '__Secure-' : ''}perennial.session_token`;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https://');
}

/** Loads better-auth when it is first needed: its import takes 0.4 s, which no start should wait for. */
export function lazyAuth(kernel: Kernel): () => Promise<Auth> {
  let opening: Promise<Auth> | undefined;
  return () => {
    opening ??= openAuth(kernel).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

async function createBetterAuth(kernel: Kernel) {
  const { betterAuth } = await import('better-auth');
  return betterAuth({
    appName: 'Perennial',
    baseURL: kernel.publicUrl,
    secret: kernel.secret,
    database: { db: kernel.postgres.as<AccessTables>(), type: 'postgres' },
    telemetry: { enabled: false },
    // Our own limit is durable and counts over all processes.
    rateLimit: { enabled: false },
    logger: { level: 'error', log: (_level, message) => kernel.log.error({ source: 'better-auth' }, message) },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: passwordLengthMin, maxPasswordLength: passwordLengthMax },
    advanced: {
      cookiePrefix: 'perennial',
      useSecureCookies: isSecure(kernel.publicUrl),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      database: { generateId: () => kernel.ids.uuid() },
    },
    user: {
      modelName: 'members',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    account: {
      modelName: 'member_accounts',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'member_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'member_verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'member_sessions',
      expiresIn: sessionSeconds,
      updateAge: daySeconds,
      fields: {
        userId: 'member_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
  });
}

async function openAuth(kernel: Kernel): Promise<Auth> {
  const { api, $context } = await createBetterAuth(kernel);
  const { password } = await $context;
  return {
    signIn: async (email, plain, headers) => {
      const answer = await unlessRefused(() => api.signInEmail({ body: { email, password: plain }, headers, returnHeaders: true }));
      return answer && { memberId: answer.response.user.id, cookies: answer.headers.getSetCookie() };
    },
    openSession: async (headers) => {
      const found = await api.getSession({ headers, query: { disableRefresh: true } });
      return found ? { sessionId: found.session.id, memberId: found.user.id } : undefined;
    },
    renewSession: async (headers) => (await api.getSession({ headers, returnHeaders: true })).headers.getSetCookie(),
    clearingCookies: async (headers) => (await api.signOut({ headers, returnHeaders: true })).headers.getSetCookie(),
    changePassword: async (change, headers) => {
      const answer = await unlessRefused(() => api.changePassword({ body: { ...change, revokeOtherSessions: true }, headers, returnHeaders: true }));
      return answer?.headers.getSetCookie();
    },
    hashPassword: (plain) => password.hash(plain),
  };
}

const refusals = new Set(['INVALID_EMAIL_OR_PASSWORD', 'INVALID_PASSWORD']);

/** Undefined when better-auth refuses the password; other failures are thrown on. */
async function unlessRefused<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const code = (error as { body?: { code?: string } }).body?.code;
    if (code !== undefined && refusals.has(code)) return undefined;
    throw error;
  }
}
