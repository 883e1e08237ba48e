import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export const MANIFEST = 'manifest.json';
/** In the form of `sha256sum`, so that a copy can be checked wherever it lies: `sha256sum --check SHA256SUMS`. */
export const SUMS = 'SHA256SUMS';
const FORMAT = 1;

/** One collection in a backup. */
export interface Part {
  collection: string;
  file: string;
  documents: number;
}

export interface Manifest {
  format: number;
  madeAt: string;
  /** Where the ledger stood: everything up to here is in, nothing after it. */
  position: number;
  /** Of the event at `position`: `npm run ledger -- verify --known <position>:<hash>`. */
  hash: string;
  /** Of the ledger that was backed up. A restore makes another one. */
  epoch: string;
  database: string;
  parts: Part[];
}

export function newManifest(facts: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...facts };
}

/** Writes what says what is in the folder, and the checksums of everything in it. */
export async function seal(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  const files = (await readdir(folder)).sort();
  const lines = await Promise.all(files.map(async (file) => `${await sha256(join(folder, file))}  ${file}\n`));
  await writeFile(join(folder, SUMS), lines.join(''), { mode: 0o600 });
}

/** Reads the manifest of a backup once all checksums are right. @throws Error that names what is wrong */
export async function openSealed(folder: string): Promise<Manifest> {
  const sums = await readFile(join(folder, SUMS), 'utf8').catch(() => {
    throw new Error(`${folder} is no complete backup: it has no ${SUMS}.`);
  });
  const known = new Map(
    sums.split('\n').flatMap((line) => (line ? [[line.slice(66), line.slice(0, 64)] as const] : [])),
  );
  for (const [file, sum] of known) {
    const found = await sha256(join(folder, file)).catch(() => undefined);
    if (found === undefined) throw new Error(`${file} is missing in the backup.`);
    if (found !== sum) throw new Error(`${file} is not what was written: its checksum is another one.`);
  }
  if (!known.has(MANIFEST)) throw new Error(`${MANIFEST} has no checksum in ${SUMS}.`);
  const manifest = manifestOf(await readFile(join(folder, MANIFEST), 'utf8'));
  if (manifest.format !== FORMAT) throw new Error(`The backup has format ${manifest.format}, known here is ${FORMAT}.`);
  for (const { file } of manifest.parts) if (!known.has(file)) throw new Error(`${file} has no checksum in ${SUMS}.`);
  return manifest;
}

function manifestOf(text: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (Array.isArray(manifest.parts)) return manifest;
  } catch {
    // Told below.
  }
  throw new Error(`${MANIFEST} is not the one of a backup.`);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
