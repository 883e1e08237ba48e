import { Webhook } from 'standardwebhooks';
import { newSecret, signatures } from './signature';

const MESSAGE = { id: 'hook_epoch_1042', body: '{"type":"stock.issued","data":{"name":"Café"}}' };

function headers(signature: string, timestamp: number): Record<string, string> {
  return { 'webhook-id': MESSAGE.id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
}

describe('a signature', () => {
  const timestamp = Math.floor(Date.now() / 1_000);

  it('is that of the example in the specification', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
    expect(signatures([secret], signed)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is believed by whoever has one of the secrets, and by nobody else', () => {
    const [old, young, foreign] = [newSecret(), newSecret(), newSecret()];
    const signature = signatures([young, old], { ...MESSAGE, timestamp });
    for (const secret of [old, young])
      expect(new Webhook(secret).verify(MESSAGE.body, headers(signature, timestamp))).toEqual(JSON.parse(MESSAGE.body));
    expect(() => new Webhook(foreign).verify(MESSAGE.body, headers(signature, timestamp))).toThrow(
      'No matching signature',
    );
  });

  it('is for this body at this time', () => {
    const secret = newSecret();
    const signature = signatures([secret], { ...MESSAGE, timestamp });
    expect(() => new Webhook(secret).verify(`${MESSAGE.body} `, headers(signature, timestamp))).toThrow(
      'No matching signature',
    );
    expect(() => new Webhook(secret).verify(MESSAGE.body, headers(signature, timestamp + 1))).toThrow(
      'No matching signature',
    );
  });

  it('comes from 32 random bytes', () => {
    const bytes = [newSecret(), newSecret()].map((secret) => Buffer.from(secret.slice('whsec_'.length), 'base64'));
    expect(bytes.map(({ length }) => length)).toEqual([32, 32]);
    expect(bytes[0]).not.toEqual(bytes[1]);
  });
});
