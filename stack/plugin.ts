import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../shared/config/load.ts';
import { problemLine } from '../shared/config/problem.ts';
import type { SlipwayConfig } from '../shared/config/types.ts';
import { alarms } from './alarms.ts';
import { bundle } from './bundle.ts';
import { rolesOf } from './iam/roles.ts';
import { parameterProblem } from './parameters.ts';
import { rate } from './rate.ts';
import { zip } from './zip.ts';

/** The part of osls that is used here. */
interface Serverless {
  readonly serviceDir: string;
  readonly service: { readonly functions: Readonly<Record<string, OslsFunction>> };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface OslsFunction {
  package?: { artifact?: string | undefined } | undefined;
}

interface Lookup {
  readonly address: string | undefined;
  readonly resolveVariable: (variable: string) => Promise<unknown>;
}

/** Answers `${slipway:…}` in serverless.yml from slipway.yml, and makes the zips. */
export class SlipwayPlugin {
  readonly hooks: Readonly<Record<string, () => unknown>>;
  readonly configurationVariablesSources: Readonly<
    Record<string, { readonly resolve: (lookup: Lookup) => Promise<{ readonly value: unknown }> }>
  >;
  readonly #serverless: Serverless;
  #config: Promise<SlipwayConfig> | undefined;

  constructor(serverless: Serverless, options: { readonly param?: unknown } = {}) {
    this.#serverless = serverless;
    const problem = parameterProblem(options.param);
    if (problem !== undefined) throw this.#error(problem);
    this.configurationVariablesSources = { slipway: { resolve: (lookup) => this.#answer(lookup) } };
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.#makeZips(),
      'after:package:createDeploymentArtifacts': () => this.#leaveZipsToTheirUsualPlace(),
      'before:package:function:package': () => this.#makeZips(),
    };
  }

  async #answer({ address, resolveVariable }: Lookup): Promise<{ readonly value: unknown }> {
    switch (address) {
      case 'roles':
        return { value: this.#roles(await this.#configured(resolveVariable)) };
      case 'alarms':
        return { value: alarms(await this.#configured(resolveVariable)) };
      case 'reconcileRate':
        return { value: rate((await this.#configured(resolveVariable)).reconcileMs) };
      default:
        throw this.#error(
          `serverless.yml asks for \${slipway:${address}}; there are roles, alarms and reconcileRate`,
        );
    }
  }

  #configured(resolveVariable: Lookup['resolveVariable']): Promise<SlipwayConfig> {
    this.#config ??= this.#load(resolveVariable);
    return this.#config;
  }

  async #load(resolveVariable: Lookup['resolveVariable']): Promise<SlipwayConfig> {
    const stage = String(await resolveVariable('sls:stage'));
    const file = String(await resolveVariable('param:config'));
    const loaded = await loadConfig({
      folder: this.#serverless.serviceDir,
      stage,
      file: file === '' ? undefined : file,
      forPackaging: true,
    });
    if (loaded.ok) return loaded.config;
    throw this.#error(
      ['', ...loaded.problems.map((problem) => problemLine(loaded.file, problem))].join('\n    '),
    );
  }

  #roles(config: SlipwayConfig): ReturnType<typeof rolesOf> {
    try {
      return rolesOf(config);
    } catch (error) {
      throw this.#error(error instanceof Error ? error.message : String(error));
    }
  }

  /** Only osls's own error class is shown without a stack trace. */
  #error(message: string): Error {
    return new this.#serverless.classes.Error(message, 'SLIPWAY_CONFIGURATION');
  }

  async #makeZips(): Promise<void> {
    const functions = Object.entries(this.#serverless.service.functions);
    await Promise.all(functions.map(([name, osls]) => this.#makeZip(name, osls)));
  }

  async #makeZip(name: string, osls: OslsFunction): Promise<void> {
    const root = this.#serverless.serviceDir;
    const config = await this.#config;
    if (config === undefined) throw this.#error('serverless.yml does not use ${slipway:roles}');
    const { files } = await bundle({ root, name, config });
    await mkdir(join(root, 'dist', name), { recursive: true });
    await Promise.all(files.map((file) => writeFile(join(root, 'dist', name, file.name), file.contents)));
    const artifact = join(root, '.serverless', `${name}.zip`);
    await mkdir(join(root, '.serverless'), { recursive: true });
    await writeFile(artifact, zip(files));
    osls.package = { ...osls.package, artifact };
  }

  /** The artifact is where osls looks without being told, and told it would write this machine's paths into its state. */
  #leaveZipsToTheirUsualPlace(): void {
    for (const osls of Object.values(this.#serverless.service.functions)) delete osls.package?.artifact;
  }
}
