import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { NODE_FLAGS } from '../start/apps';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function files(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path));
}

describe('what an operator uses', () => {
  it('is YAML that can be read', () => {
    const found = [...files('deploy', '.yml'), ...files('deploy', '.yaml'), ...files('.github', '.yml')];
    expect(found.length).toBeGreaterThan(10);
    for (const path of found)
      expect([path, parseAllDocuments(read(path)).flatMap(({ errors }) => errors)]).toEqual([path, []]);
  });

  it('is scripts that a shell understands', () => {
    const scripts = files('deploy', '.sh');
    expect(scripts.length).toBeGreaterThan(2);
    for (const path of scripts) {
      const shell = read(path).startsWith('#!/bin/sh') ? 'sh' : 'bash';
      expect([path, spawnSync(shell, ['-n', join(ROOT, path)], { encoding: 'utf8' }).stderr]).toEqual([path, '']);
    }
    const { status, stdout } = spawnSync('shellcheck', scripts, { cwd: ROOT, encoding: 'utf8' });
    // Null: there is no shellcheck here.
    if (status === null) console.log('skipped, since there is no shellcheck: the scripts are only parsed');
    else expect([status, stdout]).toEqual([0, '']);
  });

  it('is workflows that actionlint finds nothing in', () => {
    const { status, stdout } = spawnSync('actionlint', { cwd: ROOT, encoding: 'utf8' });
    // Null: there is no actionlint here.
    if (status === null) console.log('skipped, since there is no actionlint: the workflows are only parsed');
    else expect([status, stdout]).toEqual([0, '']);
  });

  it('deploys what was pushed, and no pull request whose branch is called main', () => {
    const { jobs } = parse(read('.github/workflows/deploy.yml')) as { jobs: { deploy: { if: string } } };
    const passed = /\((github\.event\.workflow_run\.conclusion == 'success' && [^)]*)\)/.exec(jobs.deploy.if)?.[1];
    expect(passed).toContain("github.event.workflow_run.event == 'push'");
  });

  it("keeps the files that are the machine's own, and puts those of before back, when it deploys", () => {
    const { jobs } = parse(read('.github/workflows/deploy.yml')) as {
      jobs: { deploy: { env: { KEPT: string }; steps: { run?: string; if?: string }[] } };
    };
    const { env, steps } = jobs.deploy;
    for (const own of ['.env', 'docker-compose.override.yml', 'backups'])
      expect(env.KEPT.split(' ')).toContain(`--exclude=/${own}`);
    const back = steps.find(({ run = '' }) => run.includes('/before/ ./'));
    expect(back?.if).toContain('failure()');
  });

  it('balances alike with names of Docker and with a list', () => {
    const servers = /^ *server .*\n/gm;
    const [listed, named] = ['upstreams.conf', 'upstreams.docker.conf'].map((file) =>
      read(`deploy/nginx/stockwire/${file}`).replace(/^#.*\n/, ''),
    );
    expect(named?.replaceAll(servers, '')).toBe(listed?.replaceAll(servers, ''));
    const bounds = (text = ''): string[] => [...text.matchAll(/max_fails=.*/g)].map(([found]) => found);
    expect(bounds(named)).toEqual(bounds(listed));
  });

  it('runs in the image with the flags of npm start', () => {
    const flags = NODE_FLAGS.map((flag) => `"${flag}"`).join(', ');
    expect(read('Dockerfile')).toContain(`CMD ["node", ${flags}, "app.cjs"]`);
  });

  it("makes the folder of the image before it is the working directory: WORKDIR alone makes it the user's, who could change the app", () => {
    const [, last = ''] = /\nFROM gcr\.io\/distroless[^\n]*\n([^]*)/.exec(read('Dockerfile')) ?? [];
    expect(last.search(/^COPY .* \/app\//m)).toBeGreaterThan(-1);
    expect(last.search(/^COPY .* \/app\//m)).toBeLessThan(last.indexOf('\nWORKDIR /app\n'));
  });

  it('leaves out of the image only what no app asks for', () => {
    const [, names = ''] = /npm uninstall (?:--[\w=-]+ )*([^\\&]+)/.exec(read('Dockerfile')) ?? [];
    const left = names.trim().split(/\s+/);
    expect(left.length).toBeGreaterThan(1);
    const sources = [...files('apps', '.ts'), ...files('libs', '.ts')].filter(
      (path) => !path.endsWith('.spec.ts') && !path.startsWith('libs/client/'),
    );
    expect(sources.length).toBeGreaterThan(200);
    const asked = sources.filter((path) => left.some((name) => new RegExp(`['"]${name}['"/]`).test(read(path))));
    expect(asked).toEqual([]);
  });
});
