import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../../shared/function-names.ts';
import { shopYml, type Template, Workbench } from './packaged.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

describe('packaging', () => {
  let template: Template;

  it('makes the same zips again from the same sources', async () => {
    const zips = () => Promise.all(functionNames.map((name) => bench.zip(name)));
    await bench.package(shopYml);
    const first = await zips();
    const switched = Object.fromEntries(functionNames.map((name) => [name, 'DISABLED']));
    template = await bench.package(shopYml, switched);
    expect(await zips()).toEqual(first);
  });

  it('switches off each function that a parameter says is DISABLED', () => {
    const states = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
      if (Type === 'AWS::Lambda::EventSourceMapping') return [[id, Properties.Enabled]];
      return Type === 'AWS::Events::Rule' || Type === 'AWS::Scheduler::Schedule'
        ? [[id, Properties.State]]
        : [];
    });
    // Pushes, deployments and rounds of reconcile are switched off where they come in, so nothing piles up in their queues.
    expect(Object.fromEntries(states)).toEqual({
      ImageDashpushedEventSourceMappingSQSPushesQueue: true,
      DeploymentDashchangedEventSourceMappingSQSDeploymentsQueue: true,
      ReconcileEventSourceMappingSQSReconcilesQueue: true,
      WakeEventSourceMappingSQSWakeupsQueue: false,
      RollDashserviceEventSourceMappingSQSRolloutsQueue: false,
      PublishEventSourceMappingDynamodbTable: false,
      PublishEventSourceMappingSQSUnpublishedQueue: false,
      DeliverDashslackEventSourceMappingSQSSlackQueue: false,
      PushRule: 'DISABLED',
      ReplicationRule: 'DISABLED',
      PullThroughCacheRule: 'DISABLED',
      DeploymentRule: 'DISABLED',
      TickSchedule: 'DISABLED',
      ReconcileSchedule: 'DISABLED',
    });
  });
});

describe('packaging stops', () => {
  it('at a wrong slipway.yml, and says where and what to do', async () => {
    const yml = 'version: 1\nclusters: [prod]\npermissions: { passRoles: [a] }\nmodus: act\n';
    await expect(bench.package(yml)).rejects.toThrow(/slipway\.yml:4:1 {2}modus .+ → .*mode/);
  });

  it('at a missing one', async () => {
    const { packageStack } = await import('../../../stack/package.ts');
    const config = `${bench.folder}/nowhere.yml`;
    await expect(packageStack({ config, to: `${bench.folder}/none` })).rejects.toThrow(
      /nowhere\.yml:1:1 .*there is no such file/,
    );
  });

  it('at one without permissions', async () => {
    await expect(bench.package({ ...shopYml, permissions: undefined })).rejects.toThrow(
      /`permissions` is missing, and packaging needs it/,
    );
  });

  it('where a role would need a larger policy than IAM takes, and says which', async () => {
    const passRoles = Array.from({ length: 190 }, (_, index) => `role-of-the-task-number-${index}`);
    await expect(bench.package({ ...shopYml, permissions: { passRoles } })).rejects.toThrow(
      /The role of the function roll-service would need an inline policy of \d+ characters; IAM takes 10240/,
    );
  });

  it('at a word that switches nothing', async () => {
    await expect(bench.package(shopYml, { tick: 'off' })).rejects.toThrow(
      '--param tick: must be ENABLED or DISABLED',
    );
  });

  it('at a parameter that does not exist, for osls would ignore it', async () => {
    await expect(bench.package(shopYml, { operationEmail: 'me@example.com' })).rejects.toThrow(
      /--param operationEmail: there is no such parameter\. There are image-pushed, .*operationsEmail/,
    );
  });

  it('at a function without a handler', async () => {
    const request = { config: await bench.writeConfig(shopYml), to: `${bench.folder}/none` };
    const { packageStack } = await import('../../../stack/package.ts');
    await expect(packageStack({ ...request, functions: `${bench.folder}/empty` })).rejects.toThrow(
      /serverless\.yml names the function ([\w-]+), and there is no functions\/\1\/handler\.ts/,
    );
  });
});
