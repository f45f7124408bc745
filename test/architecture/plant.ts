import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface Tree {
  readonly path: string;
  readonly remove: () => void;
}

const project = resolve(import.meta.dirname, '../..');

/** A small project of its own under the system's temporary folder: our configuration files, and planted ones. */
export function plant(configuration: readonly string[], files: Readonly<Record<string, string>>): Tree {
  const path = mkdtempSync(join(tmpdir(), 'slipway-canary-'));
  symlinkSync(join(project, 'node_modules'), join(path, 'node_modules'));
  for (const name of configuration) cpSync(join(project, name), join(path, name));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** JSON whose comments stand on lines of their own. */
export function parseCommented(text: string): unknown {
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ''));
}
