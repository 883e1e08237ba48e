import { stripVTControlCharacters } from 'node:util';
import { isLoud, jsonLine, prettyLine } from './output';

const now = new Date('2026-01-05T10:00:00.000Z');

describe('JSON output', () => {
  it('passes a line on that names its app', () => {
    const line = '{"level":"info","app":"gateway","msg":"listening"}';
    expect(jsonLine('gateway', line, now)).toBe(line);
  });

  it('adds the app where it is missing', () => {
    expect(JSON.parse(jsonLine('gateway', '{"msg":"x"}', now))).toEqual({ app: 'gateway', msg: 'x' });
  });

  it.each(['plain words', '{"cut short', '', '{'])('stays JSON whatever an app says: %j', (line) => {
    const expected = { level: 'info', time: now.toISOString(), app: 'inventory', msg: line };
    expect(JSON.parse(jsonLine('inventory', line, now))).toEqual(expected);
  });
});

describe('output for a person', () => {
  const pretty = (line: string): string => stripVTControlCharacters(prettyLine('gateway', line, now));

  it('is time, level, app, message, then the other fields', () => {
    const line = pretty(
      '{"level":"warn","time":"2026-01-05T10:00:00.000Z","app":"gateway","pid":7,"ms":3,"msg":"slow"}',
    );
    expect(line).toMatch(/^\d\d:\d\d:\d\d warn  gateway {6}slow ms=3$/);
  });

  it('knows numbered levels and shows the stack of an error', () => {
    const line = pretty('{"level":50,"msg":"bad","err":{"stack":"Error: x\\n  at y"}}');
    expect(line).toContain('error gateway      bad\n    Error: x\n      at y');
  });

  it('shows what is not JSON as it is', () => {
    expect(pretty('plain words')).toContain('plain words');
  });
});

it('tells what comes through while something else draws on the terminal', () => {
  expect(isLoud('{"level":"info"}')).toBe(false);
  expect(isLoud('{"level":"error"}')).toBe(true);
  expect(isLoud('a crash without JSON')).toBe(true);
});
