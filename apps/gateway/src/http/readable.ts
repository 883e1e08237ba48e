import { DomainError, invalid } from '@app/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Longer than the name of any parameter. */
const LONGEST_NAME = 100;

/** To be called when the headers of every answer are seen to: who may read an answer may read a refusal. */
export function refuseUnreadable(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    insistOnReadable(request, reply);
    done();
  });
}

/**
 * Refuses what cannot be read as it was meant, before anything looks at it. Node itself would answer some of it without a word,
 * and take the rest for something else.
 * @throws DomainError `validation` that names the header or the parameter, or `unsupported-media-type`
 */
function insistOnReadable({ raw, headers }: FastifyRequest, reply: FastifyReply): void {
  if (headers.host === undefined && raw.httpVersion === '1.1') throw invalid('Host', 'is missing');
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    throw invalid('Expect', 'can only be 100-continue');
  const coding = headers['content-encoding'];
  if (coding && coding.toLowerCase() !== 'identity') {
    reply.header('accept-encoding', 'identity');
    throw new DomainError('unsupported-media-type', 'Send the body as it is, without a Content-Encoding.');
  }
  const unreadable = unreadableParameter(raw.url ?? '');
  if (unreadable !== undefined) throw invalid(unreadable, 'must be percent-encoded UTF-8');
}

/** The name of a query parameter that is no percent-encoded UTF-8: taken as it is, it would be another text. */
function unreadableParameter(url: string): string | undefined {
  const begin = url.indexOf('?');
  if (begin === -1 || !url.includes('%', begin)) return undefined;
  const pair = url
    .slice(begin + 1)
    .split('&')
    .find((one) => decoded(one) === undefined);
  if (pair === undefined) return undefined;
  const [name = ''] = pair.split('=', 1);
  return (decoded(name) ?? name).slice(0, LONGEST_NAME);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
