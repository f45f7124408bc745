import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { functionNames } from '../../../shared/function-names.ts';
import { packageStack, templatesIn } from '../../../stack/package.ts';

/** What a template holds, read as it comes: a wrong step fails the test by itself. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Json;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters: Readonly<Record<string, unknown>>;
}

/** A folder for one test file, and what packages there. The template does not depend on what the handlers do. */
export class Workbench {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workbench> {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
    for (const name of functionNames) {
      await mkdir(join(folder, 'functions', name), { recursive: true });
      const handler = `export const handler = () => Promise.resolve('${name}');\n`;
      await writeFile(join(folder, 'functions', name, 'handler.ts'), handler);
    }
    return new Workbench(folder);
  }

  async writeConfig(config: unknown): Promise<string> {
    const file = join(this.folder, 'slipway.yml');
    await writeFile(file, typeof config === 'string' ? config : stringify(config));
    return file;
  }

  async package(config: unknown, params: Readonly<Record<string, string>> = {}): Promise<Template> {
    const file = await this.writeConfig(config);
    const to = join(this.folder, 'out');
    await packageStack({ config: file, to, params, functions: join(this.folder, 'functions') });
    const [, update] = templatesIn(to);
    return JSON.parse(await readFile(update, 'utf8')) as Template;
  }

  zip(name: string): Promise<Buffer> {
    return readFile(join(this.folder, 'out', `${name}.zip`));
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

export const shopYml = {
  version: 1,
  clusters: ['prod', 'batch'],
  permissions: { passRoles: ['shop-web-*', 'report-exec'] },
  deploy: [
    { image: 'shop/web', tags: { semver: '^1' }, services: ['prod/web', 'prod/web-*'] },
    { image: 'shop/worker', tags: { exact: 'latest' }, services: ['batch/worker'] },
  ],
  notify: [{ slack: { credentials: 'slipway/slack' } }],
};
