import { socketUrl } from './socket-address';

const config = { port: 6100, notificationPort: 6102, publicSocketUrl: '' };

describe('the address of the sockets', () => {
  it.each([
    ['127.0.0.1:6100', '//127.0.0.1:6102'],
    ['shop.local:6100', '//shop.local:6102'],
    ['[::1]:6100', '//[::1]:6102'],
  ])('is beside the gateway for who reached it directly: %s', (host, url) => {
    expect(socketUrl(config, host)).toBe(url);
  });

  it.each(['stock.example.com', 'stock.example.com:8443'])('is that of the proxy in front: %s', (host) => {
    expect(socketUrl(config, host)).toBe(`//${host}`);
  });

  it('is what the operator says', () => {
    const publicSocketUrl = 'https://push.example.com';
    expect(socketUrl({ ...config, publicSocketUrl }, '127.0.0.1:6100')).toBe(publicSocketUrl);
  });

  it.each(['', 'x; script-src *', "a'b", 'a,b'])('never carries what is no host: %s', (host) => {
    expect(socketUrl(config, host)).toBe('//127.0.0.1:6102');
  });
});
