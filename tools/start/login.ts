import { join } from 'node:path';
import type { Secrets } from './apps';

/** What a first start shows of the login. A password that was given needs no showing, and is kept nowhere. */
export function loginLines(secrets: Secrets, dataDir: string, env: NodeJS.ProcessEnv): string[] {
  if (env.ADMIN_PASSWORD) return [`Login       ${secrets.adminEmail}, password: the one in ADMIN_PASSWORD`];
  return [
    `Login       ${secrets.adminEmail}, password: ${secrets.adminPassword}`,
    `            shown this once; it is kept in ${join(dataDir, 'secrets.json')}`,
  ];
}

/** The same where the database is older than the secrets: it has its users, and no admin was made. */
export function olderLoginLines({ adminEmail }: Secrets): string[] {
  return [
    'Login       as before: this database has users already, so no admin was made; secrets.json was made anew, and all logins ended',
    `            for another password: npm run admin -- reset-password --email ${adminEmail}`,
  ];
}

/** Whether the gateway refuses the login that is about to be shown. */
export async function refusesLogin(gatewayUrl: string, secrets: Secrets): Promise<boolean> {
  const { status, body } = await post(`${gatewayUrl}/api/v1/auth/login`, {
    body: JSON.stringify({ email: secrets.adminEmail, password: secrets.adminPassword }),
    headers: { 'content-type': 'application/json' },
  });
  const { accessToken } = (body ?? {}) as { accessToken?: string };
  // A session that nobody uses.
  if (accessToken !== undefined)
    await post(`${gatewayUrl}/api/v1/auth/logout`, { headers: { authorization: `Bearer ${accessToken}` } });
  return status === 401;
}

const TIMEOUT_MS = 5_000;

/** Without a status when there is no answer: it is only a question, and the start goes on. */
async function post(url: string, init: RequestInit): Promise<{ status?: number; body?: unknown }> {
  try {
    const response = await fetch(url, { ...init, method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  } catch {
    return {};
  }
}
