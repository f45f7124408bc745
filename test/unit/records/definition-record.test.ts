import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sandbox/clock.ts';
import { MemoryTable } from '../../../sandbox/embedded/memory-table.ts';
import { type JsonObject, parseLossless, printLossless } from '../../../shared/domain/lossless-json.ts';
import { storedDefinitions } from '../../../shared/records/definition-record.ts';
import { aDescribed } from '../../builders/events.ts';
import { arn } from '../../builders/rollouts.ts';
import { FakeTaskDefinitions } from '../../fakes/fake-task-definitions.ts';

const key = { pk: `definition#${arn(1)}`, sk: 'content' };

class Asked extends FakeTaskDefinitions {
  readonly asked: string[] = [];

  override describe(revision: string): Promise<JsonObject> {
    this.asked.push(revision);
    return super.describe(revision);
  }
}

function aStore() {
  const definitions = new Asked(() => new VirtualClock(0).now());
  const table = new MemoryTable();
  return { definitions, table, stored: storedDefinitions(definitions, table) };
}

describe('stored definitions', () => {
  it('describe a revision once ever, with its tags', async () => {
    const { definitions, table, stored } = aStore();
    expect(await stored.describe(arn(1))).toEqual(aDescribed());
    expect(await stored.describe(arn(1))).toEqual(aDescribed());
    expect(await storedDefinitions(definitions, table).describe(arn(1))).toMatchObject({
      tags: [{ key: 'team', value: 'shop' }],
    });
    expect(definitions.asked).toEqual([arn(1)]);
  });

  it('give every number back as it was written', async () => {
    const { definitions, stored } = aStore();
    const odd = parseLossless('{"bornIn2030":[1.50,12345678901234567890,1e400]}') as JsonObject;
    definitions.add(aDescribed({ taskDefinitionArn: arn(2), ...odd }));
    await stored.describe(arn(2));
    const text = printLossless(await stored.describe(arn(2)));
    expect(text).toContain('[1.50,12345678901234567890,1e400]');
    expect(definitions.asked).toHaveLength(1);
  });

  it('ask each time for a family', async () => {
    const { definitions, stored } = aStore();
    for (const name of ['web', 'web']) await stored.describe(name);
    expect(definitions.asked).toEqual(['web', 'web']);
  });

  it('ask again where the table holds what it cannot read, and keep the answer', async () => {
    const { definitions, table, stored } = aStore();
    await table.write([{ ...key, version: 1, body: { v: 2, text: '{}' } }]);
    for (const name of [arn(1), arn(1)]) expect(await stored.describe(name)).toEqual(aDescribed());
    expect(definitions.asked).toEqual([arn(1)]);
    await table.write([{ ...key, version: 3, body: { v: 1 } }]);
    expect(await stored.describe(arn(1))).toEqual(aDescribed());
  });

  it('do not keep what an item cannot hold', async () => {
    const { definitions, table, stored } = aStore();
    definitions.add(aDescribed({ taskDefinitionArn: arn(1), huge: 'ü'.repeat(180_000) }));
    await stored.describe(arn(1));
    expect(await table.get(key)).toBeUndefined();
  });

  it('register and list as ECS does', async () => {
    const { definitions, stored } = aStore();
    await stored.register({ family: 'web', containerDefinitions: [] });
    expect(definitions.sent).toHaveLength(1);
    const revisions: string[] = [];
    for await (const revision of stored.revisions('web')) revisions.push(revision);
    expect(revisions).toEqual([arn(2), arn(1)]);
  });
});
