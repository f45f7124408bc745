import { describe, expect, it } from 'vitest';
import { deliverSlack } from '../../functions/deliver-slack/flow.ts';
import { show } from '../../sandbox/ecs/input.ts';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import { Refused } from '../../shared/faults.ts';
import { aRule } from '../builders/config.ts';
import { FakeWebhook, fakeSecrets } from '../fakes/fake-webhook.ts';
import { addService, breaker } from './given.ts';
import { leave, left } from './left.ts';
import type { Stack } from './stack.ts';
import { minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

describe('notices that the version before wrote', () => {
  it.each([
    ['and asked to publish', true],
    ['and that the stream lost', false],
  ])('%s are published once and told to every channel', async (_how, withMessages) => {
    const world = new World();
    const all = left('notices');
    const before = (stack: Stack) => leave(stack, all, withMessages);
    const slipway = await world.install({ deploy: [latest] }, { before });
    await world.pass(20 * minute);
    const kinds = all.items.map(({ body }) => show((body['notice'] as JsonObject)['kind']));
    expect(slipway.announced.map(({ kind }): string => kind).toSorted()).toEqual(kinds.toSorted());
    expect(await posted(slipway)).toBe(all.items.length);
    expect(slipway.wrong).toEqual([]);
  });
});

async function posted({ announced, table }: Stack): Promise<number> {
  const webhook = new FakeWebhook();
  const secrets = fakeSecrets(
    { deploys: 'https://hooks.slack.com/services/deploys' },
    new Refused('No', 'no'),
  );
  const clock = { now: () => Date.UTC(2026, 10, 21, 11), pause: () => Promise.resolve() };
  const journal = { record: () => undefined };
  const channels = [{ slack: { credentials: 'deploys' } }];
  for (const notice of announced) {
    const deps = { channels, region: 'eu-west-1', table, secrets, webhook, clock, journal };
    await deliverSlack(notice as unknown as JsonValue, deps);
  }
  return webhook.posted.length;
}

/** How the version before read nudges and looks, to the letter. */
function readServiceMessage(kind: 'nudge' | 'look', value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { v, kind: its, cluster, service } = value as Record<string, unknown>;
  if (v !== 1 || its !== kind) return undefined;
  return typeof cluster === 'string' && typeof service === 'string' ? { cluster, service } : undefined;
}

describe('the version before, while the new one is deployed', () => {
  it('understands every nudge and every look that the new one sends', async () => {
    const world = new World();
    world.put();
    for (const name of ['web', 'api'])
      addService(world, name, { service: { deploymentConfiguration: breaker(true) } });
    const slipway = await world.install({
      deploy: [aRule({ tags: { exact: 'latest' }, first: 'prod/web' })],
    });
    const nudges = overheard(slipway, 'rollouts');
    const looks = overheard(slipway, 'deployments');
    world.push();
    await world.pass(30 * minute);
    world.push({ behaviour: 'cannot-start' });
    world.onTheWay = () => [];
    await world.until(() => slipway.isAtRest, 120 * minute);
    const ofKind = (kind: string, bodies: readonly JsonValue[]) =>
      bodies.filter((body) => (body as JsonObject)['kind'] === kind);
    const [nudged, looked] = [ofKind('nudge', nudges), ofKind('look', looks)];
    expect(nudged.some((body) => 'turn' in (body as JsonObject))).toBe(true);
    for (const body of nudged) expect(readServiceMessage('nudge', body)).toMatchObject({ cluster: 'prod' });
    expect(looked.length).toBeGreaterThan(0);
    for (const body of looked) expect(readServiceMessage('look', body)).toMatchObject({ cluster: 'prod' });
  });
});

function overheard({ queues }: Stack, name: 'rollouts' | 'deployments'): readonly JsonValue[] {
  const bodies: JsonValue[] = [];
  const queue = queues[name];
  const send = queue.send.bind(queue);
  queue.send = (message) => {
    bodies.push(message.body);
    return send(message);
  };
  return bodies;
}
