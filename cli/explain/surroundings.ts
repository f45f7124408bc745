import { fileURLToPath } from 'node:url';
import { type ReadingPorts, readingPorts } from '../../shared/aws/reading.ts';
import { loadConfig } from '../../shared/config/load.ts';
import { problemLine } from '../../shared/config/problem.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import { Refused, RejectedInput } from '../../shared/faults.ts';
import { localHome, type WorldFile } from '../../shared/local-world.ts';
import type { Images, Services, Table } from '../../shared/ports.ts';
import type { Terminal } from '../output.ts';
import { embeddedState } from '../state/embedded-state.ts';
import { findWorld, localCredentials } from './local-world.ts';
import { noTable } from './no-table.ts';

export interface Asked {
  readonly config?: string | undefined;
  readonly stage?: string | undefined;
  readonly table?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  /** False: the account, even while a local world runs. */
  readonly local: boolean;
}

/** Everything that an event is explained against. */
export interface Surroundings {
  readonly config: SlipwayConfig;
  readonly home: { readonly account: string; readonly region: string };
  readonly images: Images;
  readonly services: Services;
  readonly table: Table;
  /** Whether `table` is Slipway's own, with its inventory and its memory of pushes and rollouts. */
  readonly remembers: boolean;
  readonly against: string;
  readonly notes: readonly string[];
}

const demoConfig = fileURLToPath(new URL('../../sandbox/demo/slipway.yml', import.meta.url));

/** The local world that runs here, else the account of the environment's credentials. */
export async function surroundings(asked: Asked, terminal: Terminal): Promise<Surroundings> {
  const world = asked.local ? await findWorld(terminal) : undefined;
  const file = asked.config ?? (world === undefined || asked.stage !== undefined ? undefined : demoConfig);
  const { config, name } = await readConfig({ folder: terminal.folder, stage: asked.stage, file });
  const tableName = asked.table ?? terminal.env['SLIPWAY_TABLE'];
  const around = world === undefined ? await inAccount(asked, tableName) : await inWorld(world, asked.table);
  const notes = config.mode === 'observe' ? ['mode is observe: nothing would be touched'] : [];
  return {
    ...around,
    config,
    against: `${around.against}, ${name}`,
    notes: [...notes, ...(around.remembers ? [] : [around.missing])],
  };
}

async function readConfig(where: Parameters<typeof loadConfig>[0]) {
  const loaded = await loadConfig(where);
  if (loaded.ok)
    return { config: loaded.config, name: loaded.file === demoConfig ? 'the demo' : loaded.file };
  throw new RejectedInput(loaded.problems.map((problem) => problemLine(loaded.file, problem)).join('\n'));
}

type Around = Omit<Surroundings, 'config' | 'notes'> & { readonly missing: string };

const without = 'without the inventory, and without memory of earlier pushes and rollouts';

async function inAccount(asked: Asked, tableName: string | undefined): Promise<Around> {
  const { account, region, stage } = asked;
  const ports = readingPorts({ region });
  const home = { region: await regionOf(ports), account: account ?? (await accountOf(ports)) };
  const table = tableName === undefined ? await tableOf(stage, home.region) : ports.table(tableName);
  return {
    ...ports,
    home,
    table: table ?? noTable,
    remembers: table !== undefined,
    against: `account ${home.account} in ${home.region}`,
    missing: `${without}: name the stack with --stage, or its table with --table or SLIPWAY_TABLE (its output TableName)`,
  };
}

/** Undefined: nobody named a stack. */
async function tableOf(stage: string | undefined, region: string): Promise<Table | undefined> {
  if (stage === undefined) return undefined;
  const { stackState } = await import('../../shared/aws/stack-state.ts');
  return (await stackState({ stack: `slipway-${stage}`, region })).table;
}

async function regionOf(ports: ReadingPorts): Promise<string> {
  const region = await ports.region();
  if (region !== undefined) return region;
  throw new RejectedInput('no Region: give one with --region or AWS_REGION');
}

async function accountOf(ports: ReadingPorts): Promise<string> {
  try {
    return await ports.account();
  } catch (error) {
    throw error instanceof Refused ? nameless(error) : error;
  }
}

function nameless(cause: Refused): Refused {
  const words = `AWS does not say which account this is (${cause.code}): give it with --account`;
  return new Refused(cause.code, words, { cause });
}

async function inWorld({ world, endpoints }: WorldFile, asked: string | undefined): Promise<Around> {
  const { ecs, registry: ecr, aws: dynamodb, state } = endpoints;
  const { region } = localHome;
  const ports = readingPorts({ region, credentials: localCredentials, endpoints: { ecs, ecr, dynamodb } });
  const name = dynamodb === undefined ? undefined : (asked ?? (await soleTable(ports)));
  const embedded = dynamodb === undefined && state !== undefined ? embeddedState(state).table : undefined;
  const table = name === undefined ? embedded : ports.table(name);
  return {
    ...ports,
    home: localHome,
    table: table ?? noTable,
    remembers: table !== undefined,
    against: `the running local world (${world})`,
    missing:
      dynamodb === undefined
        ? `${without}: start the world again with \`npm start\``
        : `${without}: name the table with --table`,
  };
}

/** A local AWS holds one stack, so its only table is Slipway's. */
async function soleTable(ports: ReadingPorts): Promise<string | undefined> {
  const [name, ...others] = await ports.tableNames();
  return others.length === 0 ? name : undefined;
}
