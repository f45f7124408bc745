import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { aServer, type Heard, json, operationOf, type Say } from '../../adapter/http.ts';
import { slipway } from './terminal.ts';

let folder: string;
const before = { ...process.env };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-state-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_MAX_ATTEMPTS: '1',
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

const isCloudFormation = ({ body }: Heard) => body.includes('Action=DescribeStacks');

/** AWS with one stack, and a table of which every item is this one. */
function aws(item: object | undefined): Say {
  return (heard) => {
    if (isCloudFormation(heard)) return { headers: { 'content-type': 'text/xml' }, body: stackAt(heard) };
    if (operationOf(heard) === 'GetItem') return json(item === undefined ? {} : { Item: item });
    return json(operationOf(heard) === 'SendMessage' ? sent(heard) : {});
  };
}

/** The SDK compares the sum with its own. */
function sent({ body }: Heard): object {
  const { MessageBody } = JSON.parse(body) as { readonly MessageBody: string };
  return { MessageId: '1', MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
}

/** Its queue is where this server is: the SDK goes to the queue's own address. */
function stackAt({ headers }: Heard): string {
  const outputs = {
    TableName: 'slipway-dev-Table',
    RolloutsQueueUrl: `http://${headers['host']}/111122223333/slipway-dev-Rollouts.fifo`,
  };
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const found = `<Stacks><member><Outputs>${members.join('')}</Outputs></member></Stacks>`;
  return `<DescribeStacksResponse><DescribeStacksResult>${found}</DescribeStacksResult></DescribeStacksResponse>`;
}

const refused = {
  pk: { S: 'command#x' },
  sk: { S: 'answer' },
  version: { N: '1' },
  body: { M: { v: { N: '1' }, status: { S: 'refused' }, text: { S: 'no, says AWS' } } },
};

async function aWorld(name: string, world: string, endpoints: object) {
  const at = join(folder, name);
  await mkdir(at, { recursive: true });
  const all = {
    ecs: 'http://127.0.0.1:9',
    registry: 'http://127.0.0.1:9',
    inbox: 'http://127.0.0.1:9',
    ...endpoints,
  };
  const content = { pid: process.pid, state: 'ready', world, endpoints: all };
  await writeFile(join(at, 'world.json'), JSON.stringify(content));
  return { SLIPWAY_WORLD_FOLDER: at };
}

const nobody = { SLIPWAY_WORLD_FOLDER: '/nowhere' };

it.each([
  { options: ['--stage', 'dev'], env: {}, name: 'slipway-dev' },
  { options: ['--stack', 'mine'], env: {}, name: 'mine' },
  { options: [], env: { SLIPWAY_STAGE: 'prod' }, name: 'slipway-prod' },
])('a command goes to the stack $name', async ({ options, env, name }) => {
  await using server = await aServer(aws(refused));
  process.env['AWS_ENDPOINT_URL'] = server.url;
  const { code, stdout } = await slipway(['hold', 'prod/web', '--region', 'eu-west-1', ...options], {
    folder,
    env: { ...nobody, ...env },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'refused  no, says AWS\n' });
  expect(server.heard[0]?.body).toContain(`StackName=${name}`);
  const message = server.heard.find((heard) => operationOf(heard) === 'SendMessage');
  expect(JSON.parse(message?.body ?? '{}')).toMatchObject({
    QueueUrl: `${server.url}/111122223333/slipway-dev-Rollouts.fifo`,
  });
});

it('a named stage is meant, even while a local world runs here', async () => {
  const env = await aWorld('other', 'embedded', { state: 'http://127.0.0.1:9/x' });
  await using server = await aServer(aws(undefined));
  process.env['AWS_ENDPOINT_URL'] = server.url;
  const args = ['status', 'prod/web', '--stage', 'dev', '--region', 'eu-west-1'];
  const { code, stderr } = await slipway(args, { folder, env });
  expect(code).toBe(1);
  expect(stderr).toContain('stack slipway-dev in eu-west-1 knows no such target');
});

it('a local AWS is asked for its own stack', async () => {
  await using server = await aServer(aws(undefined));
  const env = await aWorld('local', 'local-aws', { aws: server.url, registry: server.url });
  const { stderr } = await slipway(['status'], { folder, env });
  expect(stderr).toContain('the running local world (local-aws) knows no such target');
  expect(server.heard[0]?.body).toContain('StackName=slipway-local');
});

it('an embedded world that does not say where its state is is unavailable', async () => {
  const env = await aWorld('older', 'embedded', {});
  expect(await slipway(['status'], { folder, env })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('start it again with `npm start`'),
  });
});

it('an embedded world that does not answer is unavailable', async () => {
  const env = await aWorld('gone', 'embedded', { state: 'http://127.0.0.1:9/x' });
  expect(await slipway(['history', 'prod/web'], { folder, env })).toMatchObject({
    code: 3,
    stderr: 'slipway: the running local world cannot be reached\n',
  });
});

it('a command that nobody answers says so in time', async () => {
  await using server = await aServer(aws(undefined));
  const env = await aWorld('silent', 'local-aws', { aws: server.url, registry: server.url });
  const { code, stdout } = await slipway(['pause', '--timeout', '1s'], { folder, env });
  expect({ code, stdout }).toEqual({
    code: 4,
    stdout: 'waiting  nobody has answered: is roll-service running? It is carried out once it does\n',
  });
});

it('no Region is a problem of whoever asks', async () => {
  const names = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'];
  const kept = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  process.env['AWS_CONFIG_FILE'] = '/dev/null';
  const { code, stderr } = await slipway(['status', '--stage', 'dev'], { folder, env: nobody });
  for (const [name, value] of kept) if (value !== undefined) process.env[name] = value;
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'slipway: no Region: give one with --region or AWS_REGION\n',
  });
});
