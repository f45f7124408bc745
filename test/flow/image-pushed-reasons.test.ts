import { describe, expect, it } from 'vitest';
import type { Ignored } from '../../functions/image-pushed/classify.ts';
import type { SkipReason } from '../../functions/image-pushed/decide.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { noteTarget } from '../../shared/records/inventory-record.ts';
import { aRule } from '../builders/config.ts';
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
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { outcomesOf } from './image-pushed-given.ts';

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
  expect(outcomesOf(world)).toEqual([`push ignored: ${reason}`]);
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
      deploy: [aRule(overrides)],
    });
  };
const tagged = (value: string): Given => service({ tags: { 'slipway:tags': value } });
const latest = (digit: string, seconds: number) =>
  aWaitingRollout({
    changes: { app: aWanted({ tag: '1.1.0', digest: digest(digit), pushedAt: at(seconds) }) },
    acceptedAt: at(seconds),
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
  quarantined: [
    (world) => world.given({ ...aTarget(), quarantine: [{ ...aWanted(), reason: 'exit 1', at: at(0) }] }),
  ],
  'not in the inventory': [],
  'ran before': [],
  baseline: [],
  'platform cannot run it': [
    ({ definitions }) => definitions.add(aDescribed({ runtimePlatform: { cpuArchitecture: 'ARM64' } })),
  ],
};

describe('leaves a service alone', () => {
  const reached = Object.entries(skipped).filter(([, given]) => given.length > 0);

  it.each(reached)('%s', async (reason, given) => {
    const world = new FakeWorld();
    for (const one of given) await one(world);
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual([`service skipped: ${reason}`]);
    expect(await world.said()).toEqual([]);
  });

  it('no task definition: nobody can tell what runs there, so it is no candidate', async () => {
    const world = new FakeWorld();
    world.services.change(name, { taskDefinition: undefined });
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['push unused']);
  });

  it('on hold, by a person who asked Slipway', async () => {
    const world = new FakeWorld();
    await world.given({ ...aTarget(), hold: { reason: 'incident', by: 'ann', at: at(0) } });
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['service skipped: on hold']);
  });

  it('not in the inventory: an entry that was written before its target', async () => {
    const world = new FakeWorld();
    const names = [{ registry, repository: 'shop/web' }];
    await world.given(aTarget());
    await noteTarget(world.table, name, { names, at: at(0) });
    world.inventory = 'as it is';
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['service skipped: not in the inventory']);
  });

  it.each<[SkipReason, Partial<Target>]>([
    ['ran before', { ran: [digest('b')], baseline: { app: '', proxy: '' } }],
    ['baseline', { baseline: { app: digest('b'), proxy: '' } }],
  ])('%s: what reconcile finds alone is left, without a word each time', async (_reason, memory) => {
    const world = new FakeWorld();
    await world.given({ ...aTarget(), ...memory });
    await world.see();
    world.inventory = 'as it is';
    await world.push({ v: 1, kind: 'select', registry, repository: 'shop/web' });
    expect(outcomesOf(world)).toEqual(['selected']);
    expect(taken(world.rollouts)).toEqual([]);
  });
});
