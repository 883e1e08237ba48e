/** Roles in ascending order; each includes the ones before. */
export const ROLES = ['viewer', 'clerk', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether `role` is allowed what `needed` is. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Who changed something, as recorded in the ledger. */
export interface Actor {
  kind: 'user' | 'api-key' | 'system';
  id: string;
  /** A user's e-mail address or an API key's name. */
  name: string;
}

/** An authenticated caller of REST or of the socket. */
export interface Caller extends Actor {
  kind: 'user' | 'api-key';
  role: Role;
  /** The login session; for an API key its id. Revocations name it. */
  sessionId: string;
  /** When the credential ends, in ms since the epoch; null for an API key without end. */
  expiresAt: number | null;
}
