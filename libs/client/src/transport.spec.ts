import { Transport } from './transport';

type Step = number | 'lost' | { status: number; retryAfter: string };

/** A transport whose network answers with these, one after the other; the last one for ever. */
function transportOf(steps: Step[], patienceMs = 5_000): { transport: Transport; sent: string[] } {
  const sent: string[] = [];
  const fetch = async (input: unknown): Promise<Response> => {
    sent.push(await (input as Request).text());
    const step = steps[Math.min(sent.length, steps.length) - 1] ?? 200;
    if (step === 'lost') throw new TypeError('no answer');
    const { status, retryAfter } = typeof step === 'number' ? { status: step, retryAfter: undefined } : step;
    return new Response('{}', {
      status,
      headers: { 'content-type': 'application/json', ...(retryAfter && { 'retry-after': retryAfter }) },
    });
  };
  return { sent, transport: new Transport({ patienceMs, timeoutMs: 1_000 }, fetch as typeof globalThis.fetch) };
}

function request(signal?: AbortSignal): Request {
  return new Request('http://127.0.0.1:1/x', { method: 'POST', body: 'body', ...(signal && { signal }) });
}

describe('a request', () => {
  it('is sent again, the same, until there is an answer', async () => {
    const { transport, sent } = transportOf(['lost', 503, 504, 201]);
    expect((await transport.send(request(), true)).status).toBe(201);
    expect(sent).toEqual(['body', 'body', 'body', 'body']);
  });

  it('that can not be repeated is sent once, unless nobody looked at it', async () => {
    await expect(transportOf(['lost']).transport.send(request(), false)).rejects.toMatchObject({ code: 'unreachable' });
    expect((await transportOf([503, 201]).transport.send(request(), false)).status).toBe(503);
    expect((await transportOf([429, 201]).transport.send(request(), false)).status).toBe(201);
  });

  it('waits as long as it is told', async () => {
    const { transport } = transportOf([{ status: 429, retryAfter: '1' }, 200]);
    const began = Date.now();
    expect((await transport.send(request(), true)).status).toBe(200);
    expect(Date.now() - began).toBeGreaterThanOrEqual(990);
  });

  it('fails at once when it would have to wait for longer than its patience', async () => {
    const { transport, sent } = transportOf([{ status: 503, retryAfter: '60' }]);
    expect((await transport.send(request(), true)).status).toBe(503);
    expect(sent).toHaveLength(1);
  });

  it('is not sent again after a refusal', async () => {
    const { transport, sent } = transportOf([409, 201]);
    expect((await transport.send(request(), true)).status).toBe(409);
    expect(sent).toHaveLength(1);
  });

  it('ends when its caller gives up', async () => {
    const { transport } = transportOf([503]);
    const giveUp = new AbortController();
    const sending = transport.send(request(giveUp.signal), true);
    setTimeout(() => giveUp.abort(new Error('enough')), 50);
    await expect(sending).rejects.toThrow('enough');
  });

  it('that can not be repeated ends by its caller’s reason too', async () => {
    const { transport } = transportOf(['lost']);
    await expect(transport.send(request(AbortSignal.abort(new Error('enough'))), false)).rejects.toThrow('enough');
  });
});
