import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** What is installed, built or kept by running it is not ours to check. */
const FOREIGN = new Set(['node_modules', 'dist', 'data', 'backups', '.git']);

/** All files of the project, relative to its root. */
function filesIn(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (FOREIGN.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

const FILES = filesIn();
const PAGES = FILES.filter((path) => path.endsWith('.md'));

/** Code is no place for links: what looks like one in there is an example. */
const prose = (page: string): string => read(page).replaceAll(/^ *```[^]*?^ *```$/gm, '');

interface Link {
  page: string;
  /** The file that it leads to, relative to the root. */
  to: string;
  anchor: string | undefined;
}

function linksOf(page: string): Link[] {
  return [...prose(page).matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, path = '', anchor]) => ({
    page,
    to: path === '' ? page : normalize(join(dirname(page), path)),
    anchor,
  }));
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

const LINKS = PAGES.flatMap(linksOf);
const told = ({ page, to, anchor }: Link): string => `${page}: ${to}${anchor === undefined ? '' : `#${anchor}`}`;

describe('the documentation', () => {
  it('has no link that leads nowhere', () => {
    expect(LINKS.length).toBeGreaterThan(80);
    expect(LINKS.filter(({ to }) => !existsSync(join(ROOT, to))).map(told)).toEqual([]);
  });

  it('has no link into a page that has no such heading', () => {
    const inside = LINKS.filter(({ to, anchor }) => anchor !== undefined && existsSync(join(ROOT, to)));
    expect(inside.length).toBeGreaterThan(5);
    expect(inside.filter(({ to, anchor = '' }) => !anchorsOf(to).includes(anchor)).map(told)).toEqual([]);
  });

  it('names every page in its index', () => {
    const known = new Set(linksOf('docs/README.md').map(({ to }) => to));
    const pages = FILES.filter((path) => path.startsWith('docs/') && !/^docs\/(decisions\/|README\.md$)/.test(path));
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.filter((page) => !known.has(page))).toEqual([]);
  });

  it('is where code, settings and alerts say that it is', () => {
    const mentions = FILES.filter((path) =>
      /\.(ts|mjs|js|yml|yaml|sh|conf|service|md|json)$|Dockerfile/.test(path),
    ).flatMap((path) =>
      [...read(path).matchAll(/(?<![\w/.-])docs\/[\w/-]+\.(?:md|json)(?:#([\w-]+))?/g)].map(([found, anchor]) => ({
        page: path,
        to: found.split('#', 1)[0] ?? '',
        anchor,
      })),
    );
    expect(mentions.length).toBeGreaterThan(20);
    const lost = mentions.filter(
      ({ to, anchor }) =>
        !existsSync(join(ROOT, to)) || (anchor !== undefined && !anchorsOf(to).includes(anchor.toLowerCase())),
    );
    expect(lost.map(told)).toEqual([]);
  });
});
