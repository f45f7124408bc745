import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployStack } from '../sandbox/local-aws/deploy.ts';
import { pushImage } from '../sandbox/push/client.ts';
import { account, region } from '../sandbox/world-types.ts';
import { type RunningLocalAws, startLocalAwsWorld } from '../sandbox/worlds/local-aws.ts';
import { type Bell, hangBell } from './bare-chain/bell.ts';
import { chainPackage, chainSource } from './bare-chain/package.ts';
import { coolDown } from './bare-chain/workers.ts';
import { judge, percentile, table } from './world/report.ts';

const root = resolve(import.meta.dirname, '..');
const warmRounds = 9;
const coldRounds = 5;
const patienceMs = 60_000;
/**
 * Slipway reads and writes its table, asks ECR and ECS, and registers a revision, where the bare chain does nothing. Half as much
 * again as was measured: a step more than today is seen.
 */
const ratioMax = { warm: 24, cold: 5 } as const;

type Kind = keyof typeof ratioMax;

/** From the event to the bell of the second of two functions that pass it on. */
async function timeChain({ aws }: RunningLocalAws, bell: Bell): Promise<number> {
  const rung = bell.rung();
  const begun = Date.now();
  aws.cloud.feed.emit({
    version: '0',
    id: `chain-${begun}`,
    'detail-type': 'Bench',
    source: chainSource,
    account,
    time: new Date(begun).toISOString(),
    region,
    resources: [],
    detail: {},
  });
  return (await inTime(rung, 'the bare chain')) - begun;
}

let pushes = 0;

/** From the push's answer, which the event follows at once, to UpdateService. */
async function timePush({ aws }: RunningLocalAws): Promise<number> {
  pushes += 1;
  const { ledger } = aws.ecs;
  const updates = () => ledger.calls.filter(({ operation }) => operation === 'UpdateService');
  const before = updates().length;
  const registryUrl = aws.endpoints.registry;
  await pushImage({ registryUrl, repository: 'shop/web', tag: `1.1.${pushes}` });
  const begun = Date.now();
  const update = (async () => {
    while (updates().length === before) await sleep(5);
    return updates()[before]?.at ?? Number.NaN;
  })();
  const ms = (await inTime(update, `UpdateService of push ${pushes}`)) - begun;
  await settled(aws);
  return ms;
}

function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  return Promise.race([
    promise,
    sleep(patienceMs, undefined, { ref: false }).then(() => {
      throw new Error(`no ${what} within ${patienceMs / 1_000} s`);
    }),
  ]);
}

/** The next push finds nothing on its way, and every function idle. */
async function settled({ model }: RunningLocalAws['aws']): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const { services } = model.handle('DescribeServices', { cluster: 'demo', services: ['web'] });
    const [{ deployments = [] } = {}] = services as unknown as readonly {
      deployments?: readonly { rolloutState: string }[];
    }[];
    if (deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED') return sleep(2_500);
    await sleep(100);
  }
  throw new Error('demo/web did not settle');
}

interface Times {
  readonly chain: readonly number[];
  readonly push: readonly number[];
}

async function measure(world: RunningLocalAws, bell: Bell, kind: Kind): Promise<Times> {
  const [chain, push]: [number[], number[]] = [[], []];
  for (let round = 0; round < (kind === 'warm' ? warmRounds : coldRounds); round += 1) {
    if (kind === 'cold') await coolDown(world.aws.cloud.pid);
    chain.push(await timeChain(world, bell));
    if (kind === 'cold') await coolDown(world.aws.cloud.pid);
    push.push(await timePush(world));
  }
  return { chain, push };
}

const median = (values: readonly number[]) => percentile(values, 50);

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
const bell = await hangBell();
const world = await startLocalAwsWorld({
  root,
  signal: new AbortController().signal,
  saw: () => undefined,
  onFault: (fault) => console.error(fault),
});
try {
  const { cloud } = world.aws;
  const { cloudFormation, s3 } = cloud.clients;
  const made = await chainPackage(folder, bell.url);
  await deployStack(made, { cloudFormation, s3, endpoint: cloud.url, stackName: 'bare-chain' });
  await timeChain(world, bell);
  await timePush(world);
  const rows: { readonly kind: Kind; readonly times: Times }[] = [];
  for (const kind of ['warm', 'cold'] as const) rows.push({ kind, times: await measure(world, bell, kind) });
  const ratio = ({ chain, push }: Times) => median(push) / median(chain);
  console.log(
    table(
      ['', 'bare chain, ms', 'Slipway, ms', 'ratio', 'rounds'],
      rows.map(({ kind, times }) => [
        kind,
        median(times.chain),
        median(times.push),
        ratio(times),
        times.push.length,
      ]),
    ),
  );
  judge(
    rows.map(({ kind, times }) => ({
      what: `push event to UpdateService, ${kind}: times the bare chain`,
      measured: ratio(times),
      atMost: ratioMax[kind],
    })),
  );
} finally {
  await world.close();
  bell.close();
  await rm(folder, { recursive: true, force: true });
}
