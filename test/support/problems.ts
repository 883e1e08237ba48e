import { HTTP_STATUS, TITLES, type ErrorCode, type Problem } from '@app/contracts';
import { timed } from './stopwatch';

export interface Sent {
  status: number;
  headers: Headers;
  text: string;
  ms: number;
}

/** A request as raw as it can be had: the body is sent as it is. */
export async function send(
  url: string,
  method: string,
  headers: Record<string, string> = {},
  body?: string | Uint8Array<ArrayBuffer>,
): Promise<Sent> {
  const asked = fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const { answer, ms } = await timed(asked.then(async (response) => ({ response, text: await response.text() })));
  return { status: answer.response.status, headers: answer.response.headers, text: answer.text, ms };
}

/** The problem details of an answer, after checking everything that holds for all of them. */
export function problemIn({ status, headers, text }: Sent, code: ErrorCode): Problem {
  const shown = `${status} ${text.slice(0, 300)}`;
  expect([shown, headers.get('content-type')]).toEqual([shown, 'application/problem+json; charset=utf-8']);
  const problem = JSON.parse(text) as Problem;
  expect(problem).toMatchObject({ type: `/problems/${code}`, code, title: TITLES[code], status: HTTP_STATUS[code] });
  expect(status).toBe(HTTP_STATUS[code]);
  expect(problem.requestId).toBe(headers.get('x-request-id'));
  expect(problem.detail).toMatch(/\S/);
  // No stack, query or driver text, ever.
  expect(text).not.toMatch(/node_modules|\.js:\d|MongoServer|E11000|\$set|at Object\./);
  return problem;
}
