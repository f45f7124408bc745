import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { goodPush } from '../../sandbox/stories/good-push.ts';
import { lostPush } from '../../sandbox/stories/lost-push.ts';
import { withoutBreaker } from '../../sandbox/stories/without-breaker.ts';
import { type RunningLocalAws, startLocalAwsWorld } from '../../sandbox/worlds/local-aws.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { play, problemOf, worldOptions } from '../tour/play.ts';
import { changeStack, forbid } from './change-stack.ts';

vi.setConfig({ testTimeout: 240_000 });

const moved = /waited 8 s in vain for web to finish another deployment/;
const inSlack = /waited 8 s in vain for a message in Slack with demo\/web, rolled out/;

describe.concurrent('the good push on the local AWS', () => {
  it.each([
    ['image-pushed', moved],
    ['roll-service', moved],
    ['deployment-changed', inSlack],
    ['publish', inSlack],
    ['deliver-slack', inSlack],
  ])('fails where the stack is deployed with %s switched off', (off, problem) =>
    inLane(async () => {
      await using running = await aWorld([off]);
      expect(await problemOfGoodPush(running)).toMatch(problem);
      expect(running.inbox.messages).toHaveLength(off === 'deployment-changed' ? 1 : 0);
    }),
  );

  it('fails where reconcile is switched off, and so does the lost push: nobody knows what runs', () =>
    inLane(async () => {
      await using running = await aWorld(['reconcile']);
      expect((await play(running, [goodPush, lostPush])).map(problemOf)).toEqual([
        expect.stringMatching(moved),
        expect.stringMatching(/waited 16 s in vain for reconcile to find the push/),
      ]);
    }));

  it('is well without wake, but nothing times out', () =>
    inLane(async () => {
      await using running = await aWorld(['wake'], 15_000);
      expect((await play(running, [goodPush, withoutBreaker])).map(problemOf)).toEqual([
        undefined,
        expect.stringMatching(/in vain for a message in Slack with demo\/api, made no progress/),
      ]);
    }));

  it('is well without tick', () =>
    inLane(async () => {
      await using running = await aWorld(['tick'], 40_000);
      expect(await problemOfGoodPush(running)).toBeUndefined();
    }));

  it('fails where roll-service may not update services, and Slack is told what IAM said', () =>
    inLane(async () => {
      await using running = await aWorld([]);
      await changeStack(running.aws, (template) => forbid(template, 'RollServiceRole', 'ecs:UpdateService'));
      expect(await problemOfGoodPush(running)).toMatch(moved);
      expect(await running.aws.refusals()).toEqual([
        expect.stringMatching(/RollServiceRole.*: ecs:UpdateService on arn:aws:ecs:.*:service\/demo\/web/),
      ]);
      await minutesLater(running);
      const said = () => JSON.stringify(running.inbox.messages);
      const told = /failed.*AccessDenied.*is not authorized to perform: ecs:UpdateService/;
      await vi.waitFor(() => expect(said()).toMatch(told), { timeout: 40_000, interval: 200 });
    }));
});

const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
let taken = 0;

/** Two worlds at a time: more would slow each other down. */
function inLane(work: () => Promise<void>): Promise<void> {
  const lane = taken % lanes.length;
  taken += 1;
  const done = (lanes[lane] ?? Promise.resolve()).then(work);
  lanes[lane] = done.catch(() => undefined);
  return done;
}

async function aWorld(
  off: readonly string[],
  patienceMs = 8_000,
): Promise<RunningLocalAws & AsyncDisposable> {
  const running = await startLocalAwsWorld(
    worldOptions({ off, patienceMs, fleet: false, signal: AbortSignal.timeout(200_000) }).options,
  );
  return { ...running, [Symbol.asyncDispose]: () => running.close() };
}

async function problemOfGoodPush(running: RunningLocalAws): Promise<string | undefined> {
  const [step] = await play(running, [goodPush]);
  return step === undefined ? 'it was not played' : problemOf(step);
}

/** A young rollout is given time for IAM to spread: make it an old one. */
async function minutesLater({ aws }: RunningLocalAws): Promise<void> {
  const dynamo = new DynamoDBClient(aws.admin);
  const table = dynamoTable(aws.outputs['TableName'] ?? '', dynamo);
  const item = await table.get({ pk: 'target#demo/web', sk: 'state' });
  const rollouts = (item?.body['rollouts'] ?? []) as unknown as readonly JsonObject[];
  const older = rollouts.map((one) => ({ ...one, acceptedAt: Number(one['acceptedAt']) - 3_600_000 }));
  if (item === undefined || older.length === 0) throw new Error('there is no rollout');
  const written = await table.write([
    { ...item, version: item.version + 1, body: { ...item.body, rollouts: older } },
  ]);
  expect(written).toBe('written');
  dynamo.destroy();
}
