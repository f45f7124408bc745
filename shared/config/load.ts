import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type ParsedConfig, type ParseOptions, parseConfig } from './parse.ts';
import { quoted } from './problem.ts';

const mostBytes = 64 * 1024;
const plainFile = 'slipway.yml';

export interface Where extends ParseOptions {
  /** Where `slipway.yml` is looked for, and what `file` is relative to. */
  readonly folder: string;
  /** `slipway.<stage>.yml` wins where it exists. */
  readonly stage?: string | undefined;
  /** This file and no other. */
  readonly file?: string | undefined;
}

/** What was read, and the file's name as people know it. */
export type LoadedConfig = ParsedConfig & { readonly file: string };

/** Finds, reads and checks `slipway.yml`. Never throws: a file that cannot be read is a problem at its line 1. */
export async function loadConfig({ folder, stage, file, forPackaging }: Where): Promise<LoadedConfig> {
  if (stage !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(stage)) {
    return unreadable(file ?? plainFile, {
      problem: `${quoted(stage)} is no name of a stage`,
      fix: 'use letters, digits, `-` and `_`',
    });
  }
  for (const candidate of candidates({ stage, file })) {
    const read = await readBounded(resolve(folder, candidate));
    if (read.kind === 'missing') continue;
    if (read.kind === 'refused') return unreadable(candidate, read);
    return { ...parseConfig(read.text, { forPackaging }), file: candidate };
  }
  return unreadable(file ?? plainFile, {
    problem: 'there is no such file',
    fix: 'create it, with `version: 1` and `clusters: [name]`, or name another file',
  });
}

function candidates({ stage, file }: Pick<Where, 'stage' | 'file'>): readonly string[] {
  if (file !== undefined) return [file];
  return stage === undefined ? [plainFile] : [`slipway.${stage}.yml`, plainFile];
}

function unreadable(file: string, finding: { readonly problem: string; readonly fix: string }): LoadedConfig {
  return { ok: false, file, problems: [{ line: 1, column: 1, path: '', ...finding }] };
}

type Read =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly problem: string; readonly fix: string };

async function readBounded(path: string): Promise<Read> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return refused(`${quoted(basename(path))} is no regular file`, 'name a YAML file');
    if (stats.size > mostBytes) {
      return refused(`the file has ${stats.size} bytes`, `a configuration has at most ${mostBytes}`);
    }
    return decode(await readFile(path));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { kind: 'missing' };
    return refused(`the file cannot be read (${code})`, 'check its path and permissions');
  }
}

function decode(bytes: Uint8Array): Read {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return refused('the file is not UTF-8', 'save it as UTF-8');
  }
}

function refused(problem: string, fix: string): Read {
  return { kind: 'refused', problem, fix };
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
