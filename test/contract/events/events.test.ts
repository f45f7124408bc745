import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseImageAction } from '../../../events/ecr-image-action/schema.ts';
import { parsePullThroughCacheAction } from '../../../events/ecr-pull-through-cache-action/schema.ts';
import { parseReplicationAction } from '../../../events/ecr-replication-action/schema.ts';
import { parseDeploymentStateChange } from '../../../events/ecs-deployment-state-change/schema.ts';
import { parseNotice } from '../../../events/published/parse-notice.ts';
import { publishedRolloutSchema } from '../../../events/published/rollout/schema.ts';
import { publishedSystemSchema } from '../../../events/published/system/schema.ts';
import { publishedTargetSchema } from '../../../events/published/target/schema.ts';
import { matches } from '../../../sandbox/embedded/event-pattern.ts';
import type { JsonObject, JsonValue } from '../../../shared/domain/lossless-json.ts';
import { RejectedInput } from '../../../shared/faults.ts';

const events = new URL('../../../events/', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, events), 'utf8');
}

function samples(contract: string): readonly [string, JsonObject][] {
  return readdirSync(new URL(`${contract}/samples/`, events)).map((file) => [
    file,
    JSON.parse(read(`${contract}/samples/${file}`)) as JsonObject,
  ]);
}

const contracts = {
  'ecr-image-action': parseImageAction,
  'ecr-replication-action': parseReplicationAction,
  'ecr-pull-through-cache-action': parsePullThroughCacheAction,
  'ecs-deployment-state-change': parseDeploymentStateChange,
};

describe.each(Object.entries(contracts))('%s', (name, parseEvent) => {
  const pattern = parse(read(`${name}/pattern.yml`)) as JsonObject;

  it.each(samples(name))('%s matches its rule and its schema', (_file, sample) => {
    expect(matches(pattern, sample)).toBe(true);
    expect(() => parseEvent(sample)).not.toThrow();
  });

  it.each<[string, JsonValue]>([
    ['nothing', null],
    ['text', 'PUSH'],
    ['an empty object', {}],
    ['an event of another source', { ...samples(name)[0]?.[1], source: 'custom.ecr' }],
    ['an event without detail', { ...samples(name)[0]?.[1], detail: {} }],
  ])('%s is rejected, so nobody retries it', (_what, event) => {
    expect(() => parseEvent(event)).toThrow(RejectedInput);
  });
});

const published = {
  rollout: publishedRolloutSchema,
  target: publishedTargetSchema,
  system: publishedSystemSchema,
};

describe.each(Object.entries(published))('published notices: %s', (family, schema) => {
  it.each(samples(`published/${family}`))('%s is what the schema says', (_file, sample) => {
    expect(parseNotice(sample)).toEqual(sample);
  });

  it('the checked-in JSON Schema is the one of the code', () => {
    expect(JSON.parse(read(`published/${family}/schema.json`))).toEqual(schema());
  });
});

describe('a notice', () => {
  const [[, rollout] = ['', {}]] = samples('published/rollout');
  const [[, target] = ['', {}]] = samples('published/target');

  it('of version 1 as it was first published, without a cause, is still understood', () => {
    expect(rollout['rollout']).not.toHaveProperty('cause');
    expect(parseNotice(rollout)).toEqual(rollout);
  });

  it('of a later version loses what this one does not know', () => {
    expect(parseNotice({ ...rollout, later: true })).toEqual(rollout);
  });

  it.each<[string, JsonValue]>([
    ['nothing', null],
    ['text', 'rollout.failed'],
    ['an empty object', {}],
    ['a kind that nobody knows', { ...rollout, kind: 'rollout.odd' }],
    ['a family that nobody knows', { ...rollout, kind: 'constructor' }],
    ['one family under the kind of another', { ...target, kind: 'system.paused' }],
    ['another version', { ...rollout, v: 2 }],
    [
      'a digest that is none',
      { ...target, target: { reason: '', image: { repository: 'a', tag: '', digest: 'x' } } },
    ],
  ])('is never %s', (_what, message) => {
    expect(() => parseNotice(message)).toThrow(RejectedInput);
  });
});
