import { describe, expect, it } from 'vitest';
import type { Ignored } from '../../functions/image-pushed/classify.ts';
import type { SkipReason } from '../../functions/image-pushed/decide.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import { aDescribed, aPushEvent } from '../builders/events.ts';
import {
  aRollout,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
  registry,
} from '../builders/rollouts.ts';
import { aConfig, FakeWorld } from '../fakes/fake-world.ts';

/** A reason that nobody reaches does not compile. */
const ignored: Readonly<Record<Ignored, JsonObject>> = {
  'not a push': aPushEvent({ 'action-type': 'DELETE' }),
  'storage class changed': aPushEvent({ 'action-type': 'UPDATE_STORAGE_CLASS' }),
  'push failed': aPushEvent({ result: 'FAILURE' }),
  untagged: aPushEvent({ 'image-tag': '' }),
  'signature or attestation': aPushEvent({ 'image-tag': `${digest('a').replace(':', '-')}.sig` }),
  'not an image': aPushEvent({ 'artifact-media-type': 'application/vnd.cncf.helm.config.v1+json' }),
  'another account': aPushEvent({}, { account: '999999999999' }),
  'another Region': aPushEvent({}, { region: 'us-east-1' }),
  'tag is gone': aPushEvent({ 'image-tag': '1.9.9' }),
  'no rule wants it': aPushEvent({ 'repository-name': 'shop/other' }),
};

it.each(Object.entries(ignored))('ignores a push: %s', async (reason, event) => {
  const world = new FakeWorld();
  await world.push(event);
  expect(world.outcomes()).toEqual([`push ignored: ${reason}`]);
});

type Given = (world: FakeWorld) => unknown;

const service =
  (overrides: Partial<ServiceSnapshot>): Given =>
  ({ services }) =>
    services.change(name, overrides);
const runs =
  (image: string): Given =>
  ({ definitions }) =>
    definitions.add(aDescribed({ containerDefinitions: [{ name: 'app', image }] }));
const rule =
  (overrides: Partial<ReturnType<typeof aConfig>['deploy'][number]>): Given =>
  (world) => {
    world.config = aConfig({
      deploy: [{ image: 'shop/web', tags: { semver: '^1' }, base: 'running', ...overrides }],
    });
  };
const tagged = (value: string): Given => service({ tags: { 'slipway:tags': value } });
const latest = (digit: string, seconds: number) =>
  aWaitingRollout({
    changes: { app: aWanted({ tag: '1.1.0', digest: digest(digit), pushedAt: at(seconds) }) },
  });

const skipped: Readonly<Record<SkipReason, readonly Given[]>> = {
  'on hold': [service({ tags: { 'slipway:hold': 'freeze' } })],
  'service inactive': [service({ status: 'DRAINING' })],
  'managed by ECS Express Mode': [service({ managedByEcs: true })],
  'controller is not ECS': [service({ controller: 'EXTERNAL' })],
  'no task definition': [],
  'no rule names it': [rule({ services: ['dev/*', 'prod/api*'] })],
  'slipway:tags is not allowed in this cluster': [rule({ services: ['prod/api*'] }), tagged('semver:1.x')],
  'slipway:tags is invalid': [
    (world) => {
      world.config = aConfig({ deploy: [], clusters: [{ name: 'prod', adoptByTag: true }] });
    },
    tagged('1.x'),
  ],
  'image not used': [rule({ containers: ['proxy'] })],
  'tag not wanted': [rule({ tags: { semver: '^2' } })],
  'not newer than what runs': [runs(`${registry}/shop/web:1.5.0`)],
  'pushed before what runs': [(world) => world.given(aTarget(latest('c', 99)))],
  'already accepted': [(world) => world.given(aTarget(aRollout({ phase: 'failed' })))],
  'already running': [runs(pinnedImage('b'))],
  'platform cannot run it': [
    ({ definitions }) => definitions.add(aDescribed({ runtimePlatform: { cpuArchitecture: 'ARM64' } })),
  ],
};

describe('leaves a service alone', () => {
  const reached = Object.entries(skipped).filter(([reason]) => reason !== 'no task definition');

  it.each(reached)('%s', async (reason, given) => {
    const world = new FakeWorld();
    for (const one of given) await one(world);
    await world.push(aPushEvent());
    expect(world.outcomes()).toEqual([`service skipped: ${reason}`]);
    expect(await world.said()).toEqual([]);
  });

  it('no task definition: nobody can tell what runs there, so it is no candidate', async () => {
    const world = new FakeWorld();
    world.services.change(name, { taskDefinition: undefined });
    await world.push(aPushEvent());
    expect(world.outcomes()).toEqual(['push unused']);
  });
});
