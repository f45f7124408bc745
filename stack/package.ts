import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const project = join(import.meta.dirname, '..');
const timeoutMs = 120_000;

export interface PackageRequest {
  /** The configuration to package. */
  readonly config: string;
  /** Where the result goes; what is there is replaced. */
  readonly to: string;
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  /** As `--param name=value`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Handlers other than the project's own. */
  readonly functions?: string | undefined;
}

export class PackagingFailed extends Error {
  override readonly name = 'PackagingFailed';
}

/**
 * `serverless package`, as a user runs it, but in a folder of its own: osls works in `.serverless` of the folder
 * that it runs in, so two at once in the project would spoil each other's work. Needs no network and no credentials.
 */
export async function packageStack(request: PackageRequest): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-package-'));
  try {
    await furnish(folder, request);
    await runServerless(folder, request);
    await rm(request.to, { recursive: true, force: true });
    await cp(join(folder, '.serverless'), request.to, { recursive: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The templates that osls makes: of the deployment bucket alone, and of the whole stack. */
export function templatesIn(folder: string): readonly [create: string, update: string] {
  return [
    join(folder, 'cloudformation-template-create-stack.json'),
    join(folder, 'cloudformation-template-update-stack.json'),
  ];
}

async function furnish(folder: string, { functions = join(project, 'functions') }: PackageRequest) {
  for (const file of ['serverless.yml', 'package.json']) await cp(join(project, file), join(folder, file));
  for (const name of ['stack', 'events', 'shared', 'node_modules'])
    await link(join(project, name), folder, name);
  await link(resolve(functions), folder, 'functions');
}

function link(target: string, folder: string, name: string): Promise<void> {
  return symlink(target, join(folder, name), 'junction');
}

function runServerless(folder: string, request: PackageRequest): Promise<void> {
  const { config, stage = 'dev', region = 'eu-west-1', params = {} } = request;
  const all = Object.entries({ ...params, config: resolve(config) });
  const args = [
    join(project, 'node_modules', 'serverless', 'bin', 'serverless.js'),
    'package',
    ...['--stage', stage, '--region', region],
    ...all.flatMap(([name, value]) => ['--param', `${name}=${value}`]),
  ];
  return new Promise((done, fail) => {
    const options = {
      cwd: folder,
      env: cleanEnvironment(folder),
      timeout: timeoutMs,
      encoding: 'utf8',
    } as const;
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error === null) done();
      else fail(new PackagingFailed(`${stdout}${stderr}`.trim() || error.message, { cause: error }));
    });
  });
}

/** Nothing of the caller's settings: neither credentials nor another configuration. */
function cleanEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    HOME: home,
    // osls compiles its schema once and keeps it, by its hash: 3 s less each time.
    SLS_SCHEMA_CACHE_BASE_DIR: join(project, 'node_modules', '.cache'),
    NO_COLOR: '1',
  };
}
