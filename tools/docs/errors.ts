import { HTTP_STATUS, TITLES, type ErrorCode } from '@app/contracts';
import { MADE, table } from './table';

const AGAIN = 'Repeat after `Retry-After`, with the same `Idempotency-Key`.';
const OVER = 'There is nothing left to do with it: begin a new one.';

/** What a client does about each code. */
const ADVICE: Readonly<Record<ErrorCode, string>> = {
  validation: '`errors` names each `{field, message}`: correct them. Nothing was written.',
  'idempotency-key-invalid': 'Send 1 to 255 visible ASCII characters; a UUID is good.',
  unauthenticated:
    'Fetch a new access token (`POST /auth/refresh`), or log in again. At the login itself: the address or the password is wrong.',
  forbidden: 'Ask an admin for a user or a key with a higher role.',
  'not-found': 'It was deleted or closed, or never was: look it up anew. `itemId`, `location` … name what is missing.',
  duplicate: '`field` names what another one has already, such as `sku`: use that one, or another value.',
  'insufficient-stock':
    'Nothing was booked. Show the figure that `shortOf` names (`available`; of what is put back, `unavailable`) of `itemId` at `location` beside what was `requested`, and let somebody decide.',
  'stale-quantity':
    'Somebody was faster: `onHand` is what is there, `current` are the figures of the item. Decide again.',
  'quantity-out-of-range': 'Look for a typing error: a figure would go beyond 1,000,000,000.',
  'item-reserved': 'Release or fulfil the reservations of the item first.',
  'item-incoming': 'End some of the transfers and expectations of the item first.',
  'reserved-exceeds-stock':
    'Release the reservations that are named, or repeat with `releaseHolds: true`, which releases held ones.',
  'reservation-closed': `\`reservationStatus\` says how it ended. ${OVER}`,
  'exceeds-reservation': 'Fulfil at most what is still `open` of that item at that location.',
  'too-many-reservations': 'Commit, fulfil or release some of the held ones.',
  'transfer-closed': `\`transferStatus\` says how it ended. ${OVER}`,
  'exceeds-transfer': 'Receive what is still `open`; what was found beside it is a `count`.',
  'expectation-closed': 'It is over (`expectationStatus`): what comes all the same is a movement of type `receive`.',
  'exceeds-expectation': 'Count again. If it is true and the goods are kept: repeat with `acceptMore: true`.',
  'stocktake-closed': `\`stocktakeStatus\` says how it ended. ${OVER}`,
  'stocktake-empty': 'Count something first, or cancel it.',
  'stocktake-too-large': 'Narrow it by category, tag or items.',
  'too-many-stocktakes': 'Approve or cancel some of the open ones.',
  'too-many-webhooks': 'Delete one that nobody needs.',
  'too-many-rooms': 'Unsubscribe from a room, take a larger one, such as `items`, or open another socket.',
  'too-many-watches': 'Let one go with `unwatch` or `unwatchImport`.',
  'already-reversed': 'Nothing: `reversedBy` is the position that did it.',
  'not-reversible': 'Use the route of what it belongs to, or book the opposite.',
  'location-not-empty': 'Move what is there, for example of `itemId`. `main` is never closed.',
  'epoch-changed':
    'The ledger was replaced, by a backup perhaps: take everything anew, and follow from `epoch` and `head` in the answer.',
  'last-admin': 'Make somebody else an admin first.',
  'stale-version':
    '`current` is the item as it is now: apply the change to that, and send its new `ETag` as `If-Match`.',
  'too-large': 'Send less at once: 1 MiB, files of imports 50 MiB.',
  'unsupported-media-type':
    'Send `application/json`; a file as `text/csv` or as the part `file` of a form. Nothing compressed.',
  'idempotency-key-reused': 'A key belongs to one request, body included: use a new one for a new request.',
  'rate-limited': 'Wait for `Retry-After` seconds. A program that meets it often sends its movements in batches.',
  internal: 'A bug, or a fault of this installation: tell the operator the `requestId`, which is in the log.',
  unavailable: AGAIN,
  overloaded: AGAIN,
  timeout:
    'Whether it took effect is not known. Repeat with the same `Idempotency-Key`; who sent none has to look first.',
};

/** The page of everything that a client may be refused with. */
export function errorsPage(): string {
  const codes = Object.keys(HTTP_STATUS) as ErrorCode[];
  const rows = codes.map((code) => [`\`${code}\``, String(HTTP_STATUS[code]), TITLES[code], ADVICE[code]]);
  return `# Errors

Every refusal is a problem as RFC 9457 describes it (\`application/problem+json\`), by REST, in the acknowledgements of sockets (\`error\`) and in
the rows of a batch (\`problem\`). Decide by \`code\`: \`title\` and \`detail\` are for people and may be reworded. ${MADE}

\`\`\`json
{
  "type": "/problems/insufficient-stock",
  "code": "insufficient-stock",
  "title": "${TITLES['insufficient-stock']}",
  "status": ${HTTP_STATUS['insufficient-stock']},
  "detail": "Only 2 of White hanging heart are available at main.",
  "instance": "/api/v1/movements",
  "requestId": "0f8b1c9e-7d2a-4e55-9d0c-3f1f6a2b7c11",
  "itemId": "65a1b2c3d4e5f60718293a4b",
  "location": "main",
  "requested": 3,
  "shortOf": "available",
  "available": 2,
  "onHand": 5,
  "reserved": 3,
  "unavailable": 0
}
\`\`\`

A 4xx is not remembered: a repeat with the same \`Idempotency-Key\` is decided again. What to repeat by itself: 429, 503 and 504, each after
\`Retry-After\` where there is one; nothing else gets better by waiting.

${table(['code', 'status', 'meaning', 'what to do'], rows)}
`;
}
