import { restOf } from './rest.client';
import { Session, type SessionOptions } from './session';
import { Transport } from './transport';

const PAIR = { refreshToken: 'r2', tokenType: 'Bearer', expiresIn: 900, user: {} };
const KEPT = JSON.stringify({ accessToken: 'a1', refreshToken: 'r1', expiresIn: 900, expiresAt: 0 });
const json = { headers: { 'content-type': 'application/json' } };

/** A session whose server answers with what `answer` makes. */
function sessionOf(
  answer: (request: Request) => Response,
  options: SessionOptions,
): { session: Session; transport: Transport; sent: string[] } {
  const sent: string[] = [];
  const fetch = async (input: unknown): Promise<Response> => {
    sent.push(new URL((input as Request).url).pathname);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return answer(input as Request);
  };
  const transport = new Transport({ patienceMs: 100, timeoutMs: 1_000 }, fetch as typeof globalThis.fetch);
  return { sent, transport, session: new Session('http://127.0.0.1:1', transport, options) };
}

function storageOf(text: string | null, setItem = (): void => undefined): NonNullable<SessionOptions['storage']> {
  return { getItem: () => text, setItem, removeItem: () => undefined };
}

const credentials = { email: 'a@b.c', password: 'x' };
const pair = (): Response => new Response(JSON.stringify({ ...PAIR, accessToken: 'a2' }), json);

/** As another tab has it: with nothing of this one's memory. */
function anotherTab(): typeof Session {
  let made = Session;
  jest.isolateModules(() => {
    made = jest.requireActual<{ Session: typeof Session }>('./session').Session;
  });
  return made;
}

describe('a session', () => {
  it('is renewed by one of the tabs that share it, also where there are no Web Locks', async () => {
    const kept = new Map([['stockwire http://127.0.0.1:1', KEPT]]);
    const storage: NonNullable<SessionOptions['storage']> = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
    const { transport, sent } = sessionOf(pair, {});
    const tabs = [Session, anotherTab()].map((Tab) => new Tab('http://127.0.0.1:1', transport, { storage }));
    const grants = await Promise.all(tabs.map((tab) => tab.grant()));
    expect(grants.map(({ generation }) => generation)).toEqual(['r2', 'r2']);
    expect(sent).toEqual(['/auth/refresh']);
    expect([...kept.keys()]).toEqual(['stockwire http://127.0.0.1:1']);
  });

  it('that can not be renewed is tried once for all who wait, not by one after the other', async () => {
    const away = (): Response => new Response('{}', { status: 503, ...json });
    const { session, sent } = sessionOf(away, { storage: storageOf(KEPT) });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => session.grant()));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    const once = sent.length;
    await session.grant().catch(() => undefined);
    expect(sent.length).toBeLessThan(2 * once + 2);
    expect(once).toBeLessThan(3);
  });

  it.each(['not JSON', '{}', '"text"', null])('takes %s in the storage for nobody’s', async (text) => {
    const { session } = sessionOf(pair, { storage: storageOf(text), credentials });
    expect(await session.grant()).toMatchObject({ token: 'a2' });
  });

  it('goes on by itself when the storage is full', async () => {
    const full = (): never => {
      throw new Error('QuotaExceededError');
    };
    const { session, sent } = sessionOf(pair, { storage: storageOf(null, full), credentials });
    expect([(await session.grant()).token, (await session.grant()).token]).toEqual(['a2', 'a2']);
    expect(sent).toHaveLength(1);
  });

  it('is refused by a problem, also when the credentials could not be had or the answer is a web page', async () => {
    const none = sessionOf(pair, { credentials: () => Promise.reject(new Error('the dialog was closed')) });
    await expect(none.session.grant()).rejects.toMatchObject({ code: 'unauthenticated', cause: expect.any(Error) });
    const hotel = sessionOf(() => new Response('<html>'), { apiKey: 'k' });
    await expect(hotel.session.login(credentials)).rejects.toMatchObject({ code: 'internal' });
    const api = restOf('http://127.0.0.1:1', hotel.transport, hotel.session);
    await expect(api.get('/auth/me')).rejects.toMatchObject({ name: 'StockwireProblem', code: 'internal' });
  });
});
