import createClient, { type Client, type FetchResponse, type MaybeOptionalInit } from 'openapi-fetch';
import type { HttpMethod, PathsWithMethod, RequiredKeysOf } from 'openapi-typescript-helpers';
import { KEYED } from './keyed';
import { StockwireProblem } from './problem.errors';
import type { paths } from './schema';
import type { Grant, Session } from './session';
import type { Transport } from './transport';

const KEY = 'idempotency-key';

type Arguments<Init> = RequiredKeysOf<Init> extends never ? [init?: Init] : [init: Init];
type Answer<Outcome> = Outcome extends { data: infer Data; error?: never } ? Data : never;

/** A method of the API: its path and what goes with it, and the answer; what is refused is thrown as a StockwireProblem. */
export type Method<Name extends HttpMethod> = <
  Path extends PathsWithMethod<paths, Name>,
  Init extends MaybeOptionalInit<paths[Path], Name>,
>(
  path: Path,
  ...init: Arguments<Init>
) => Promise<Answer<FetchResponse<paths[Path][Name] & Record<string | number, unknown>, Init, `${string}/${string}`>>>;

/** The methods of the API. */
export interface Rest {
  get: Method<'get'>;
  post: Method<'post'>;
  put: Method<'put'>;
  patch: Method<'patch'>;
  delete: Method<'delete'>;
}

/** Calls with a credential, a key for whatever takes one, and the patience of the transport. */
export function restOf(baseUrl: string, transport: Transport, session: Session): Rest {
  const client = createClient<paths>({ baseUrl, fetch: (request) => authorized(request, transport, session) });
  client.use({
    onRequest: ({ request, schemaPath }) => {
      if (KEYED.has(`${request.method} ${schemaPath}`) && !request.headers.has(KEY)) request.headers.set(KEY, newKey());
    },
  });
  const method = <Name extends Uppercase<keyof Rest>>(name: Name): Method<Lowercase<Name>> =>
    called(client, name) as unknown as Method<Lowercase<Name>>;
  return {
    get: method('GET'),
    post: method('POST'),
    put: method('PUT'),
    patch: method('PATCH'),
    delete: method('DELETE'),
  };
}

type Untyped = (path: string, init?: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

function called(client: Client<paths>, name: Uppercase<keyof Rest>): (path: string, init?: object) => Promise<unknown> {
  const send = client[name] as unknown as Untyped;
  return async (path, init) => {
    const { data, error, response } = await send(path, init).catch(unreadable);
    if (!response.ok) throw StockwireProblem.of(error, response.status);
    return data;
  };
}

/** What is not the JSON that was asked for comes from something in between, such as a hotel's login page. */
function unreadable(cause: unknown): never {
  if (cause instanceof SyntaxError) throw StockwireProblem.of(undefined, 200, { cause });
  throw cause;
}

/** `randomUUID` is kept from pages that came over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Who was not recognised was not served either, so it is safe to ask again with a fresh token, once. */
async function authorized(request: Request, transport: Transport, session: Session): Promise<Response> {
  const repeatable = request.method === 'GET' || request.headers.has(KEY);
  const attempt = ({ header: [name, value] }: Grant): Promise<Response> => {
    const shown = request.clone();
    shown.headers.set(name, value);
    return transport.send(shown, repeatable);
  };
  const grant = await session.grant();
  const response = await attempt(grant);
  if (response.status !== 401 || grant.header[0] === 'x-api-key') return response;
  return attempt(await session.renewed(grant.generation));
}
