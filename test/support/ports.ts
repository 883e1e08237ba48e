import { freePort as freePortIn } from '../../tools/databases/ports';

/** Below those that a launcher chooses from. */
const LOWEST = 10_000;
const EACH = 1_000;
const SHARES = 5;
/** The one in this range that `fetch` refuses to call: https://fetch.spec.whatwg.org/#bad-port */
const BAD = 10_080;

/**
 * A free port for a spec. Each worker of a run has its own share: two that chose from one would now and then take the same
 * port, one of them between being killed and being started again.
 */
export async function freePort(): Promise<number> {
  const share = (Number(process.env.JEST_WORKER_ID ?? 1) - 1) % SHARES;
  const lowest = LOWEST + share * EACH;
  const port = await freePortIn(lowest, lowest + EACH);
  return port === BAD ? freePort() : port;
}
