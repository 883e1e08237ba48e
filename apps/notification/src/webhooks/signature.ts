import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** Standard Webhooks wants 24 to 64. */
const BYTES = 32;

export function newSecret(): string {
  return PREFIX + randomBytes(BYTES).toString('base64');
}

/** What is signed: whoever changes one of them, the time included, needs the secret. */
export interface Signed {
  /** `webhook-id` */
  id: string;
  /** `webhook-timestamp`: seconds since the epoch, of this attempt. */
  timestamp: number;
  body: string;
}

/** `webhook-signature`: one for each secret, so that a receiver that knows either of two is content. */
export function signatures(secrets: readonly string[], { id, timestamp, body }: Signed): string {
  const content = `${id}.${timestamp}.${body}`;
  const sign = (secret: string): string =>
    createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
      .update(content)
      .digest('base64');
  return secrets.map((secret) => `v1,${sign(secret)}`).join(' ');
}
