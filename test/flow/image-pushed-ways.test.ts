import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { aDescribed, aPushEvent } from '../builders/events.ts';
import { account, digest, region } from '../builders/rollouts.ts';
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { outcomesOf } from './image-pushed-given.ts';

const arnOf = (where: string) => `arn:aws:ecr:${where}:repository/shop/web`;

function anArrival(
  detailType: string,
  detail: JsonObject,
  resources = [arnOf(`${region}:${account}`)],
): JsonObject {
  return { ...aPushEvent(), 'detail-type': detailType, resources, detail };
}

const image = { 'repository-name': 'shop/web', 'image-digest': digest('b'), 'image-tag': '1.1.0' };
const source = { 'source-account': '999999999999', 'source-region': 'us-east-1' };

function aCopy(detail: JsonObject = {}, resources?: string[]): JsonObject {
  return anArrival(
    'ECR Replication Action',
    { result: 'SUCCESS', 'action-type': 'REPLICATE', ...image, ...source, ...detail },
    resources,
  );
}

function aSync(detail: JsonObject = {}): JsonObject {
  return anArrival('ECR Pull Through Cache Action', { 'sync-status': 'SUCCESS', ...image, ...detail });
}

describe('an image that ECR brings from elsewhere', () => {
  it.each([
    ['a copy from another registry', aCopy(), 'replication'],
    ['a copy whose event names no repository', aCopy({}, []), 'replication'],
    ['one that was pulled from upstream', aSync(), 'pull through cache'],
    ['one of which nobody says the digest', aSync({ 'image-digest': undefined }), 'pull through cache'],
  ])('%s deploys as a push does', async (_what, event, way) => {
    const world = new FakeWorld();
    await world.push(event);
    expect(outcomesOf(world).filter((one) => one !== 'push stale')).toEqual(['rollout accepted']);
    expect((await world.target()).wanted['app']).toMatchObject({ tag: '1.1.0', digest: digest('b') });
    await world.push({ ...event, detail: { ...(event['detail'] as JsonObject), 'image-tag': 'nope' } });
    expect(world.entries.at(-1)).toMatchObject({ outcome: 'push ignored', reason: 'tag is gone', way });
  });

  it.each([
    ['a copy that failed', aCopy({ result: 'FAILED' }), 'push failed'],
    ['another action', aCopy({ 'action-type': 'REMOVE' }), 'not a push'],
    ['a copy into another account', aCopy({}, [arnOf(`${region}:999999999999`)]), 'another account'],
    ['a copy into another Region', aCopy({}, [arnOf(`us-east-1:${account}`)]), 'another Region'],
    ['a sync that failed', aSync({ 'sync-status': 'FAILED', 'image-digest': undefined }), 'push failed'],
    ['a sync of no tag', aSync({ 'image-tag': '' }), 'untagged'],
  ])('%s does not', async (_what, event, reason) => {
    const world = new FakeWorld();
    await world.push(event);
    expect(outcomesOf(world)).toEqual([`push ignored: ${reason}`]);
  });
});

describe('an image of another registry', () => {
  const abroad = '999999999999.dkr.ecr.us-east-1.amazonaws.com';
  const elsewhere = { account: '999999999999', region: 'us-east-1' };

  function aWorldOf(rule = aRule({ image: `${abroad}/shop/web` })): FakeWorld {
    const world = new FakeWorld();
    world.config = aConfig({ deploy: [rule] });
    const containerDefinitions = [{ name: 'app', image: `${abroad}/shop/web:1.0.0` }];
    world.definitions.add(aDescribed({ containerDefinitions }));
    return world;
  }

  it('deploys where a rule names that registry, by its event’s word: nobody asks the registry', async () => {
    const world = aWorldOf();
    await world.push(
      aPushEvent({ 'image-tag': '1.9.0', 'image-digest': digest('e') }, elsewhere),
      (method, call) => {
        if (method.startsWith('images.')) throw new Error('never asked');
        return call();
      },
    );
    expect(outcomesOf(world)).toEqual(['rollout accepted']);
    expect((await world.target()).wanted['app']).toMatchObject({ registry: abroad, digest: digest('e') });
  });

  it('is gone where its event says no digest', async () => {
    const world = aWorldOf();
    const event = { ...aSync({ 'image-digest': undefined }), ...elsewhere, resources: [] };
    await world.push(event);
    expect(outcomesOf(world)).toEqual(['push ignored: tag is gone']);
  });

  it('of the same name at home is another one', async () => {
    const world = aWorldOf();
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['push ignored: no rule wants it']);
  });

  it('is not selected by reconcile, which cannot ask that registry', async () => {
    const world = aWorldOf();
    await world.push({ v: 1, kind: 'select', registry: abroad, repository: 'shop/web' });
    expect(outcomesOf(world)).toEqual(['not selected: another registry cannot be read']);
    expect(taken(world.rollouts)).toEqual([]);
  });
});
