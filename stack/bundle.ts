import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { SlipwayConfig } from '../shared/config/types.ts';

export interface BundledFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

export interface Bundle {
  /** index.mjs, and its source map. */
  readonly files: readonly BundledFile[];
  /** Modules that went in, relative to the root. */
  readonly inputs: readonly string[];
}

export interface BundleRequest {
  /** Holds functions/<name>/handler.ts. */
  readonly root: string;
  readonly name: string;
  readonly config: SlipwayConfig;
}

/** Compiles one function and its configuration to a single file. Equal sources and configuration make equal bytes. */
export async function bundle({ root, name, config }: BundleRequest): Promise<Bundle> {
  const entry = await handlerOf(root, name);
  const base = join(entry, '..', '..', '..');
  const { outputFiles, metafile } = await build({
    absWorkingDir: base,
    entryPoints: [entry],
    // Nothing is written here: the map's paths are relative to it, so it is the same wherever the bundle goes.
    outfile: join(base, 'dist', name, 'index.mjs'),
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
    alias: {
      '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'environment-credentials.ts'),
    },
    define: { SLIPWAY_CONFIG: JSON.stringify(JSON.stringify(config)) },
  });
  return {
    files: outputFiles
      .map(({ path, contents }) => ({ name: path.split(/[\\/]/).at(-1) ?? '', contents }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
    inputs: Object.keys(metafile.inputs).toSorted(),
  };
}

async function handlerOf(root: string, name: string): Promise<string> {
  const file = join('functions', name, 'handler.ts');
  try {
    return await realpath(join(root, file));
  } catch (cause) {
    throw new Error(`serverless.yml names the function ${name}, and there is no ${file}`, { cause });
  }
}
