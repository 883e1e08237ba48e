import { readOptions } from './options';

describe('the command line of backup and restore', () => {
  it('backs up into ./backups', () => {
    expect(readOptions(['backup'])).toEqual({ command: 'backup', to: 'backups' });
    expect(readOptions(['backup', '--to', '/x', '--keep', '7'])).toEqual({ command: 'backup', to: '/x', keep: 7 });
  });

  it('restores what is named', () => {
    const args = ['restore', 'b', '--to-position', '5', '--replace', 'stockwire'];
    expect(readOptions(args)).toEqual({ command: 'restore', folder: 'b', toPosition: 5, replace: 'stockwire' });
    expect(readOptions(['restore', '--help'])).toEqual({ command: 'help' });
  });

  it.each([
    [['backup', '--keep', '0'], '--keep must be'],
    [['restore', 'b', '--to-position', '-1'], 'to-position'],
    [['restore'], 'Name the backup'],
    [['restore', '--replace', 'stockwire'], 'Name the backup'],
    [['restore', 'b', 'c'], 'One backup at a time'],
    [['backup', '--everything'], '--everything'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
