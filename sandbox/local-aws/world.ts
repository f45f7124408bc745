import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { packageStack } from '../../stack/package.ts';
import { type Clock, realClock } from '../clock.ts';
import { type EcsEndpoint, startEcsEndpoint } from '../ecs/endpoint.ts';
import { createEcsModel, type EcsModel } from '../ecs/model.ts';
import { seededRandom } from '../ecs/random.ts';
import { type LosingEvents, lossyEmit } from '../losing-events.ts';
import { createRegistry, type Registry } from '../registry/registry.ts';
import { startRegistry } from '../registry/server.ts';
import { account, region } from '../world-types.ts';
import { finishTables } from './bridges.ts';
import type { AdminConfig } from './clients.ts';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { deployStack, type Outputs } from './deploy.ts';
import { type Grant, unusedGrants } from './grants.ts';
import { iamJudge } from './iam-judge.ts';
import { type Schedules, startSchedules } from './schedules.ts';
import { readPackage, type StackPackage } from './stack-package.ts';
import { building, type UndoList } from './undo.ts';

const stage = 'local';
const stackName = `slipway-${stage}`;

export interface LocalAwsOptions extends CloudOptions {
  /** The slipway.yml that is compiled into the stack. */
  readonly configFile: string;
  /** So many times faster than AWS's is this world's ECS. */
  readonly pace: number;
  readonly seed: number;
  /** Secrets Manager's content before the stack is deployed: name → value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `--param name=value` of serverless: how a function is switched off. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** A folder of handlers other than the project's own, for tests of this world itself. */
  readonly functions?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Gives up between two steps, and undoes what was done. */
  readonly signal?: AbortSignal | undefined;
}

export interface LocalAws {
  readonly endpoints: { readonly aws: string; readonly ecs: string; readonly registry: string };
  /** Settings for any AWS SDK client: the administrator's, at the one endpoint that serves everything. */
  readonly admin: AdminConfig;
  readonly cloud: Cloud;
  readonly model: EcsModel;
  /** Its ledger has every call that reached our ECS. */
  readonly ecs: EcsEndpoint;
  readonly registry: Registry;
  readonly outputs: Outputs;
  readonly schedules: Schedules;
  readonly losingEvents: LosingEvents;
  /** What IAM refused so far, on either endpoint. */
  refusals(): Promise<readonly string[]>;
  /** What the stack's roles may do and have not done yet. */
  unusedGrants(): Promise<readonly Grant[]>;
  close(): Promise<void>;
}

/** The real stack in a local AWS, with ECS by our model and ECR by our registry. */
export function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  return building(async (undos) => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-stack-'));
    undos.add(() => rm(folder, { recursive: true, force: true }));
    const packaging = packageForLocal(options, join(folder, 'package'));
    // It may fail while the cloud is still being started: nobody waits for it then, and nobody may be surprised.
    const packaged = packaging.catch(() => {});
    undos.add(() => packaged);
    const cloud = await startCloud(options);
    undos.add(() => cloud.close());
    const served = await serve(options, cloud, undos);
    const made = await packaging;
    options.signal?.throwIfAborted();
    const outputs = await deploy(options, cloud, made);
    const { clock = realClock(), onFault } = options;
    const { clients, launcher } = cloud;
    const schedules = await startSchedules({ client: clients.scheduler, launcher, clock, onFault });
    undos.add(() => schedules.stop());
    return {
      ...served,
      admin: cloud.admin,
      cloud,
      outputs,
      schedules,
      async unusedGrants() {
        return unusedGrants(made.updateTemplate, await launcher.decisions());
      },
      close: () => undos.run(),
    };
  });
}

async function packageForLocal(options: LocalAwsOptions, to: string): Promise<StackPackage> {
  const { configFile: config, params, functions } = options;
  await packageStack({ config, to, stage, region, params, functions });
  return readPackage(to);
}

/** ECS and ECR, each on a port of its own and both on the local AWS's. */
async function serve(options: LocalAwsOptions, cloud: Cloud, undos: UndoList) {
  const { clock = realClock(), pace, seed } = options;
  const { emit } = cloud.feed;
  const ecr = lossyEmit(emit);
  const registry = createRegistry({ clock, emit: ecr.emit, account, region });
  const registryServer = await startRegistry(registry);
  undos.add(() => registryServer.close());
  const { resolveImage } = registry;
  const random = seededRandom(seed);
  const model = createEcsModel({ clock, account, region, emit, resolveImage, random, pace });
  const judge = iamJudge(cloud.launcher);
  const ecs = await startEcsEndpoint(model, { authorize: (call) => judge.authorize(call) });
  undos.add(() => ecs.close());
  await cloud.launcher.forward({ ecs: ecs.url, ecr: registryServer.url });
  return {
    endpoints: { aws: cloud.url, ecs: ecs.url, registry: registryServer.url },
    registry,
    model,
    ecs,
    losingEvents: ecr.losingEvents,
    refusals: () => refusalsOf(cloud),
  };
}

async function refusalsOf({ launcher }: Cloud): Promise<readonly string[]> {
  const decisions = await launcher.decisions();
  return decisions
    .filter(({ decision }) => decision === 'denied')
    .map(({ principal, action, resource, times }) => `${principal}: ${action} on ${resource} (${times}×)`);
}

async function deploy(options: LocalAwsOptions, cloud: Cloud, made: StackPackage): Promise<Outputs> {
  const { clients, launcher, url: endpoint } = cloud;
  for (const [Name, SecretString] of Object.entries(options.secrets)) {
    await clients.secrets.send(new CreateSecretCommand({ Name, SecretString }));
  }
  const { cloudFormation, s3 } = clients;
  const outputs = await deployStack(made, { cloudFormation, s3, endpoint, stackName });
  await finishTables(made, clients, stackName);
  const refused = await launcher.refusedToLambda();
  if (refused.length > 0) throw new Error(`Lambda cannot run the functions:\n${refused.join('\n')}`);
  return outputs;
}
