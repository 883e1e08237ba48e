import { loginLines } from './login';

const secrets = {
  jwtSecret: 'jwt',
  internalToken: 'internal',
  redisPassword: 'redis',
  adminEmail: 'admin@stockwire.local',
  adminPassword: 'made-up-here',
};

describe('the login of the first start', () => {
  it('shows a password that was made, and where it is kept', () => {
    const lines = loginLines(secrets, '/data', {});
    expect(lines[0]).toContain('admin@stockwire.local, password: made-up-here');
    expect(lines[1]).toContain('/data/secrets.json');
  });

  it('does not send anybody to secrets.json for a password that was given: it is not there', () => {
    const lines = loginLines(secrets, '/data', { ADMIN_PASSWORD: 'given' });
    expect(lines).toEqual(['Login       admin@stockwire.local, password: the one in ADMIN_PASSWORD']);
  });
});
