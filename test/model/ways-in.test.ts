import { describe, expect, it } from 'vitest';
import { account, type BusEvent, region, registryHost } from '../../sandbox/world-types.ts';
import { aRule } from '../builders/config.ts';
import { digestOf } from '../simulation/registry.ts';
import { aContainer, addService } from './given.ts';
import { byDigest, minute, World } from './world.ts';

const repository = 'shop/web';
const foreign = '111122223333';
const foreignHost = `${foreign}.dkr.ecr.${region}.amazonaws.com`;
const otherRegion = 'us-east-1';
const digest = digestOf(2);

function resources(owner = account, place = region, name = repository): readonly string[] {
  return [`arn:aws:ecr:${place}:${owner}:repository/${name}`];
}

const push = {
  result: 'SUCCESS',
  'repository-name': repository,
  'image-digest': digest,
  'action-type': 'PUSH',
  'image-tag': 'latest',
};
const copy = {
  result: 'SUCCESS',
  'repository-name': repository,
  'image-digest': digest,
  'source-account': foreign,
  'action-type': 'REPLICATE',
  'source-region': otherRegion,
  'image-tag': 'latest',
};
const sync = {
  'rule-version': '1',
  'sync-status': 'SUCCESS',
  'ecr-repository-prefix': 'shop',
  'repository-name': repository,
  'upstream-registry-url': 'registry-1.docker.io',
  'image-tag': 'latest',
  'image-digest': digest,
};

interface Way {
  readonly what: string;
  readonly event: Partial<BusEvent>;
  readonly deploys: boolean;
  /** Where the service has its image from. */
  readonly host?: string;
  /** The repository that the rule names. */
  readonly rule?: string;
}

const image = 'ECR Image Action';
const replication = 'ECR Replication Action';
const cache = 'ECR Pull Through Cache Action';

const ways: readonly Way[] = [
  { what: 'a push', event: { 'detail-type': image, detail: push }, deploys: true },
  {
    what: 'a copy from another account’s registry into ours',
    event: { 'detail-type': replication, detail: copy, resources: resources() },
    deploys: true,
  },
  {
    what: 'a copy that failed',
    event: { 'detail-type': replication, detail: { ...copy, result: 'FAILED' }, resources: resources() },
    deploys: false,
  },
  {
    what: 'a pull from upstream',
    event: { 'detail-type': cache, detail: sync, resources: resources() },
    deploys: true,
  },
  {
    what: 'a pull from upstream that failed',
    event: { 'detail-type': cache, detail: { ...sync, 'sync-status': 'FAILED' }, resources: resources() },
    deploys: false,
  },
  {
    what: 'another account’s push',
    event: { 'detail-type': image, detail: push, account: foreign },
    deploys: false,
  },
  {
    what: 'another Region’s push',
    event: { 'detail-type': image, detail: push, region: otherRegion },
    deploys: false,
  },
  {
    what: 'a copy into another account’s registry',
    event: { 'detail-type': replication, detail: copy, account: foreign, resources: resources(foreign) },
    deploys: false,
  },
  {
    what: 'a copy into another Region',
    event: {
      'detail-type': replication,
      detail: copy,
      region: otherRegion,
      resources: resources(account, otherRegion),
    },
    deploys: false,
  },
  {
    what: 'another account’s push, of a registry that a rule names',
    event: { 'detail-type': image, detail: push, account: foreign },
    host: foreignHost,
    rule: `${foreignHost}/${repository}`,
    deploys: true,
  },
  {
    what: 'another account’s push of what the service runs, where the rule names our own',
    event: { 'detail-type': image, detail: push, account: foreign },
    host: foreignHost,
    deploys: false,
  },
  {
    what: 'another account’s push of what the service runs, where the rule names any repository of our own',
    event: { 'detail-type': image, detail: push, account: foreign },
    host: foreignHost,
    rule: '**',
    deploys: false,
  },
  {
    what: 'another account’s push, where the rule names a third one’s',
    event: { 'detail-type': image, detail: push, account: foreign },
    host: foreignHost,
    rule: `333344445555.dkr.ecr.${region}.amazonaws.com/${repository}`,
    deploys: false,
  },
  {
    what: 'our own push of a repository of the same name, where the rule names another account’s',
    event: { 'detail-type': image, detail: push },
    host: foreignHost,
    rule: `${foreignHost}/${repository}`,
    deploys: false,
  },
];

describe('what comes to a registry', () => {
  it.each(ways)(
    '$what deploys: $deploys',
    async ({ event, deploys, host = registryHost, rule = repository }) => {
      const world = new World();
      world.put();
      const running = `${host}/${repository}:latest`;
      addService(world, 'web', { definition: { containerDefinitions: [aContainer({ image: running })] } });
      const slipway = await world.install({
        deploy: [aRule({ image: rule, tags: { exact: 'latest' } })],
        reconcileMs: 600 * minute,
      });
      world.put();
      world.deliver(world.event(event));
      await world.pass(20 * minute);
      const wanted = host === registryHost ? byDigest(digest) : `${host}/${repository}@${digest}`;
      expect(world.images('web')).toEqual({ app: deploys ? wanted : running });
      expect(slipway.said('web')).toEqual(deploys ? ['rollout.started', 'rollout.completed'] : []);
      expect(slipway.wrong).toEqual([]);
    },
  );
});
