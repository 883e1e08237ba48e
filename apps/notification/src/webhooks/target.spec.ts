import { isPublic, newTargetOf, targetOf } from './target';

describe('an address', () => {
  it.each([
    '127.0.0.1', '127.9.9.9', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '0.0.0.0',
    '100.64.0.1', '192.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255', '240.0.0.1',
    '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'ff02::1', 'fec0::1', '2001:db8::1', '100::1',
    '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1',
    '2002:7f00:1::', '2001:0:7f00:1::', '4000::1',
  ])('%s is not public', (address) => expect(isPublic(address)).toBe(false)); // prettier-ignore

  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])('%s is public', (address) =>
    expect(isPublic(address)).toBe(true),
  );
});

describe('a URL', () => {
  it.each([
    'http://127.0.0.1/', 'http://2130706433/', 'http://0x7f000001/', 'http://0177.0.0.1/', 'http://127.1/', 'http://0/',
    'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://localhost:8080/', 'http://LOCALHOST./', 'http://a.localhost/',
    'https://10.1.2.3/hook', 'http://169.254.169.254/latest/meta-data', 'http://１２７.0.0.1/',
  ])('%s leads inside', (url) => {
    expect(() => targetOf(url, false)).toThrow('private or loopback');
    expect(targetOf(url, true)).toBeInstanceOf(URL);
  }); // prettier-ignore

  it.each(['', 'nonsense', '/hook', 'ftp://shop.example.com/', 'file:///etc/passwd', 'https://a@b.example/', 'https://:p@b.example/', 'https://b.example/#here', 'http://'])(
    '%s is none to deliver to', (url) => expect(() => targetOf(url, true)).toThrow('url'),
  ); // prettier-ignore

  it('of a name is taken: where it leads is found out when it is connected to', () => {
    expect(targetOf('https://shop.example.com:8443/hooks?a=1', false).href).toBe(
      'https://shop.example.com:8443/hooks?a=1',
    );
  });
});

describe('a URL that a person has just written', () => {
  it.each([
    'http://a..b/', 'http://.a/', 'http://a..', `http://${'a'.repeat(64)}.com/`, `http://${Array(5).fill('a'.repeat(60)).join('.')}/`,
    'http://*/', 'https://a,b/', 'http://localhost:0/', 'http:///a', 'http://a\\b/', ' http://a/', 'http://a/ ', 'http://a/b c', 'nonsense',
  ])('%s leads nowhere', (url) => expect(() => newTargetOf(url, true)).toThrow('url')); // prettier-ignore

  it.each([
    'http://shop/', 'http://shop_hooks:8080', 'HTTPS://Shop.Example.com./a?b=http://c/&d', 'http://127.0.0.1:1/', 'http://[::1]/',
    'https://bücher.example/', 'https://shop.example.com?x=1', 'http://1and1.example/',
  ])('%s may lead somewhere', (url) => expect(newTargetOf(url, true)).toBeInstanceOf(URL)); // prettier-ignore
});
