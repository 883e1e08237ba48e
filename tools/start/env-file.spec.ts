import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from './env-file';

let root: string;

beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'stockwire-env-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function read(content: string | Buffer, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  writeFileSync(join(root, '.env'), content);
  readEnvFile(root, env);
  return env;
}

describe('the file .env', () => {
  it('may be missing, and yields to the environment, also to an empty variable', () => {
    expect(() => readEnvFile(root, {})).not.toThrow();
    expect(read('A=file\nB=file\n', { A: 'set', B: '' })).toEqual({ A: 'set', B: '' });
  });

  it('may come from any editor: with a mark in front, with the line ends of Windows, without the last one', () => {
    expect(read('\ufeffDATA_DIR=/stock\r\nLOG_LEVEL=warn')).toEqual({ DATA_DIR: '/stock', LOG_LEVEL: 'warn' });
  });

  it('may hold comments, quotes, lines of several and what a shell reads too', () => {
    const text = `# mine\n\nexport A = 1 # one\nB="b # b"#\nC='x\nno name\n'\nD=\n  E=a=b\n`;
    expect(read(text)).toEqual({ A: '1', B: 'b # b', C: 'x\nno name\n', D: '', E: 'a=b' });
  });

  it('is refused where it would set nothing, each line by its number', () => {
    expect(() => read('GATEWAY_PORT: 7000\nHOST=::1\nLOG_LEVEL debug\n=5\nA="1\n2"\nMY-NAME=x\n')).toThrow(
      /can't be read:\n {2}line 1 is not NAME=value\n {2}line 3 is not .*\n {2}line 4 is not .*\n {2}line 7 is not/,
    );
  });

  it('is refused where half a password would be set', () => {
    expect(() => read('A=1\nADMIN_PASSWORD=correct-horse#battery\n')).toThrow(
      'line 2 has a # in its value: put quotes',
    );
    expect(read("ADMIN_PASSWORD='correct-horse#battery'\n")).toEqual({ ADMIN_PASSWORD: 'correct-horse#battery' });
  });

  it('is refused when it is not UTF-8: what it says would be something else, or nothing', () => {
    for (const encoding of ['latin1', 'utf16le'] as const)
      expect(() => read(Buffer.from('\ufeffADMIN_PASSWORD=Gürtelschnalle', encoding))).toThrow('is not UTF-8');
  });

  it('is named when it is something else', () => {
    mkdirSync(join(root, '.env'));
    expect(() => readEnvFile(root, {})).toThrow(/\.env can't be read: EISDIR/);
  });
});
