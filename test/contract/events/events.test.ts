import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseImageAction } from '../../../events/ecr-image-action/schema.ts';
import { parseDeploymentStateChange } from '../../../events/ecs-deployment-state-change/schema.ts';
import { parseNotice, publishedRolloutSchema } from '../../../events/published/rollout/schema.ts';
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

describe('published notices', () => {
  it.each(samples('published/rollout'))('%s is what the schema says', (_file, sample) => {
    expect(parseNotice(sample)).toEqual(sample);
  });

  it('the checked-in JSON Schema is the one of the code', () => {
    expect(JSON.parse(read('published/rollout/schema.json'))).toEqual(publishedRolloutSchema());
  });
});
