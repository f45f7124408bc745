import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as z from 'zod';
import { functionNames } from '../../../shared/function-names.ts';
import { type Bundle, bundle } from '../../../stack/bundle.ts';
import { defaultProvider } from '../../../stack/environment-credentials.ts';
import { logicalId } from '../../../stack/iam/roles.ts';
import { shopYml, type Template, Workbench } from './packaged.ts';

const config = {
  version: 1,
  mode: 'act',
  clusters: [{ name: 'prod', adoptByTag: false }],
  deploy: [],
  reconcileMs: 900_000,
  share: 70,
  notify: [],
} as const;

let folder: string;
let bundles: ReadonlyMap<string, Bundle>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-bundles-'));
  const made = functionNames.map(async (name) => [name, await bundle({ root: '.', name, config })] as const);
  bundles = new Map(await Promise.all(made));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, { files }: Bundle): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  for (const file of files) await writeFile(join(folder, name, file.name), file.contents);
  return pathToFileURL(join(folder, name, 'index.mjs')).href;
}

const lambda = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
/** Values as CloudFormation gives them. */
const values = {
  ...lambda,
  ACCOUNT_ID: '111122223333',
  TABLE_NAME: 'table',
  ROLLOUTS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/rollouts.fifo',
  DEPLOYMENTS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/deployments',
  UNPUBLISHED_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/unpublished',
  WAKEUPS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/wakeups',
  RECONCILES_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/reconciles',
  PUSHES_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/pushes',
  OWNER: 'slipway-dev/111122223333/eu-west-1',
  SLACK_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/slack',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:topic',
  EVENT_BUS_NAME: 'bus',
};

describe('a bundle', () => {
  it.each(functionNames)('of %s loads on its own and exports its handler', async (name) => {
    for (const [key, value] of Object.entries(values)) vi.stubEnv(key, value);
    const made = bundles.get(name);
    const loaded: unknown = await import(await write(name, made ?? { files: [], inputs: [] }));
    vi.unstubAllEnvs();
    expect(loaded).toMatchObject({ handler: expect.any(Function) });
  });

  it('holds the configuration that it was made with', () => {
    const [index] = bundles.get('image-pushed')?.files ?? [];
    // Not toContain: a failure would print the whole bundle.
    expect(/\\?"adoptByTag\\?":false/.test(Buffer.from(index?.contents ?? []).toString('utf8'))).toBe(true);
  });

  it('is the same wherever it is made, and its map names no folder of this machine', async () => {
    const again = await bundle({ root: process.cwd(), name: 'tick', config });
    expect(again.files).toEqual(bundles.get('tick')?.files);
    const map = Buffer.from(again.files.find(({ name }) => name === 'index.mjs.map')?.contents ?? []);
    expect(map.toString('utf8')).not.toContain(process.cwd());
    expect(JSON.parse(map.toString('utf8'))).not.toHaveProperty('sourcesContent');
  });

  it('leaves out the chain of credential providers', () => {
    for (const { inputs } of bundles.values()) {
      expect(
        inputs.filter((input) => /credential-provider|token-providers|nested-clients/.test(input)),
      ).toEqual([]);
      expect(inputs.some((input) => input.endsWith('stack/environment-credentials.ts'))).toBe(true);
    }
  });

  it('signs with the credentials that Lambda puts into the environment', async () => {
    const heard: string[] = [];
    const server = createServer((request, response) => {
      heard.push(String(request.headers.authorization), String(request.headers['x-amz-security-token']));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (const [key, value] of Object.entries(values)) vi.stubEnv(key, value);
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
    const made = bundles.get('tick') ?? { files: [], inputs: [] };
    const { handler } = (await import(await write('signing', made))) as {
      readonly handler: (event: unknown, context: unknown) => Promise<unknown>;
    };
    await handler({}, { functionName: 'tick', awsRequestId: '1', getRemainingTimeInMillis: () => 10_000 });
    vi.unstubAllEnvs();
    server.close();
    expect(heard[0]).toMatch(/Credential=ASIAEXAMPLE\/\d{8}\/eu-west-1\/dynamodb/);
    expect(heard[1]).toBe('token');
  });
});

describe('the credentials of the environment', () => {
  it('are refused by name when they are not there', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    await expect(defaultProvider()()).rejects.toThrow('AWS_ACCESS_KEY_ID');
    vi.unstubAllEnvs();
  });
});

describe('the environment in serverless.yml', () => {
  let bench: Workbench;
  let template: Template;
  beforeAll(async () => {
    bench = await Workbench.open();
    template = await bench.package(shopYml);
  });
  afterAll(() => bench.close());

  it.each(functionNames)('of %s is what its config.ts asks for, and no more', async (name) => {
    const loaded = (await import(`../../../functions/${name}/config.ts`)) as Record<string, z.ZodObject>;
    const asked = Object.values(loaded).flatMap(({ shape }) => Object.keys(shape));
    const lambdaFunction = template.Resources[`${logicalId(name)}LambdaFunction`];
    const given = Object.keys(lambdaFunction?.Properties.Environment.Variables).filter(
      (key) => !/^(POWERTOOLS_|NODE_OPTIONS$)/.test(key),
    );
    expect(given.toSorted()).toEqual(asked.filter((key) => key !== 'AWS_REGION').toSorted());
  });
});
