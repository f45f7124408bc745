import { describe, expect, it } from 'vitest';
import type { Channel } from '../../functions/deliver-slack/decide.ts';
import { deliverSlack } from '../../functions/deliver-slack/flow.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import { type Notice, systemNotice, targetNotice } from '../../shared/domain/notice.ts';
import { Refused, RejectedInput, Unavailable } from '../../shared/faults.ts';
import type { Posted } from '../../shared/ports.ts';
import { aNotice, at, name } from '../builders/rollouts.ts';
import { aroundAll, Crash, crashAt, type Watch } from '../fakes/around.ts';
import { FakeWebhook, fakeSecrets } from '../fakes/fake-webhook.ts';

const [deploys, alarms] = [
  'https://hooks.slack.com/services/deploys',
  'https://hooks.slack.com/services/alarms',
];
const known = { deploys, alarms: JSON.stringify({ webhook: alarms }), odd: 'no url' };
const busy = (retryAfterSeconds?: number): Posted => ({ kind: 'busy', retryAfterSeconds });
const broken: Posted = { kind: 'refused', status: 500, answer: 'server_error' };
const timedOut: Posted = { kind: 'unreachable', reason: 'TimeoutError' };

function aWorld(...names: readonly string[]) {
  const virtual = new VirtualClock(at(100));
  const webhook = new FakeWebhook();
  const entries: { readonly outcome: string }[] = [];
  const channels: readonly Channel[] = (names.length === 0 ? ['deploys'] : names).map((credentials) => ({
    slack: { credentials },
  }));
  const deps = {
    table: new MemoryTable(),
    secrets: fakeSecrets(known, new Refused('ResourceNotFoundException', 'no such secret')),
    webhook,
    clock: { now: () => virtual.now(), pause: (ms: number) => Promise.resolve(virtual.advance(ms)) },
    journal: { record: (entry: { readonly outcome: string }) => void entries.push(entry) },
  };
  const run = (
    watch: Watch = (_method, call) => call(),
    message: JsonValue = aNotice() as unknown as JsonValue,
  ) => deliverSlack(message, { ...aroundAll(deps, watch), channels, region: 'eu-west-1' });
  const told = () => webhook.posted.map(({ url }) => url);
  return { ...deps, run, told, virtual, outcomes: () => entries.map(({ outcome }) => outcome) };
}

describe('a notice', () => {
  it('is told to every channel that wants it, once', async () => {
    const { run, told, outcomes } = aWorld('deploys', 'alarms');
    await run();
    await run();
    expect(told()).toEqual([deploys, alarms]);
    expect(outcomes()).toEqual(['slack accepted', 'slack accepted', 'told before', 'told before']);
  });

  it('is told once where two entries name the same webhook', async () => {
    const { run, told } = aWorld('deploys', 'deploys');
    await run();
    expect(told()).toEqual([deploys]);
  });

  it('is told whatever it is about: a rollout, a target, or everything', async () => {
    const said = { at: at(1), reason: 'why' };
    const notices: readonly Notice[] = [
      aNotice(),
      targetNotice(name, { kind: 'target.held', ...said }),
      systemNotice({ kind: 'system.paused', about: 'control', text: 'paused', system: said, at: at(1) }),
    ];
    const { run, webhook } = aWorld();
    for (const notice of notices) await run(undefined, notice as unknown as JsonValue);
    const texts = webhook.posted.map(({ payload }) => Reflect.get(Object(payload), 'text'));
    expect(texts).toEqual(notices.map(({ text }) => text));
  });

  it('that no channel wants is told to nobody', async () => {
    const { webhook, run } = aWorld();
    await deliverSlack(aNotice() as unknown as JsonValue, {
      ...aWorld(),
      webhook,
      channels: [{ slack: { credentials: 'deploys' }, only: { severity: 'error' } }],
      region: 'eu-west-1',
    });
    expect(webhook.posted).toEqual([]);
    await run();
    expect(webhook.posted).toHaveLength(1);
  });

  it.each([null, {}, { ...aNotice(), kind: 'rollout.odd' }, { ...aNotice(), v: 2 }])(
    'is not %j',
    async (message) => {
      await expect(aWorld().run(undefined, message as unknown as JsonValue)).rejects.toThrow(RejectedInput);
    },
  );
});

describe('a channel that cannot be told now', () => {
  it.each([
    ['is busy and says for how long', busy(30), 30, 'Slack asks to wait'],
    ['breaks', broken, undefined, 'Slack answered 500 server_error'],
    [
      'is gone',
      { kind: 'refused', status: 410, answer: 'channel_is_archived' },
      undefined,
      'Slack answered 410 channel_is_archived',
    ],
    ['does not answer', timedOut, undefined, 'Slack cannot be reached: TimeoutError'],
  ] as const)('because it %s is told by a later try', async (...[, answer, retryAfterSeconds, words]) => {
    const { run, told, webhook } = aWorld();
    webhook.answer(deploys, answer);
    const fault = await run().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Unavailable);
    expect(fault).toMatchObject({ message: words, retryAfterSeconds });
    await run();
    expect(told()).toEqual([deploys]);
  });

  it.each([
    ['for as long as it asks', busy(9), 9_000],
    ['for a second', busy(), 1_000],
  ])('is waited for where it asks for little: %s', async (_how, answer, ms) => {
    const { run, told, webhook, virtual } = aWorld();
    webhook.answer(deploys, answer);
    await run();
    expect([told(), virtual.now()]).toEqual([[deploys], at(100) + ms]);
  });

  it('and is busy still when it was waited for, is left to a later try', async () => {
    const { run, webhook } = aWorld();
    webhook.answer(deploys, busy(1), busy(2));
    await expect(run()).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: 2 });
  });

  it.each([
    ['it is broken', 'deploys', 'Slack answered 500 server_error'],
    ['its secret is missing', 'missing', 'no such secret'],
    ['its secret holds no URL', 'odd', 'the secret odd holds no webhook URL'],
  ])('keeps no other from being told, whichever comes first: %s', async (_why, bad, words) => {
    for (const order of [
      ['alarms', bad],
      [bad, 'alarms'],
    ]) {
      const { run, told, webhook } = aWorld(...order);
      webhook.answer(deploys, broken, broken, broken);
      await expect(run()).rejects.toThrow(words);
      await expect(run()).rejects.toThrow(words);
      expect(told()).toEqual([alarms]);
    }
  });

  it('beside another: the message waits for the one that asks for most', async () => {
    const { run, webhook } = aWorld('deploys', 'alarms', 'missing');
    webhook.answer(deploys, busy(15));
    webhook.answer(alarms, busy(40));
    const fault = await run().catch((error: unknown) => error);
    expect(fault).toMatchObject({
      name: 'Unavailable',
      message: 'Slack asks to wait; Slack asks to wait; no such secret',
      retryAfterSeconds: 40,
    });
  });

  it('beside another that is: nobody asked to wait', async () => {
    const { run, webhook } = aWorld('deploys', 'alarms');
    webhook.answer(deploys, broken);
    webhook.answer(alarms, timedOut);
    await expect(run()).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: undefined });
  });

  it('no fault and no line of the journal holds the webhook’s URL', async () => {
    const { run, webhook, outcomes } = aWorld();
    webhook.answer(deploys, broken);
    const fault = await run().catch((error: unknown) => error);
    expect(`${String(fault)} ${JSON.stringify(outcomes())}`).not.toContain('hooks.slack.com');
  });
});

describe('two at once, and deaths', () => {
  it('while one tells, another waits, and tells nothing twice', async () => {
    const { run, told } = aWorld();
    const [first, second] = await Promise.allSettled([run(), run()]);
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    await run();
    expect(told()).toEqual([deploys]);
  });

  it('who died before it told is taken for dead after a minute', async () => {
    const { run, told, virtual } = aWorld();
    const dying: Watch = (method, call) =>
      method === 'webhook.post' ? new Promise(() => undefined) : call();
    void run(dying);
    await expect(run()).rejects.toThrow('another attempt to tell slack-');
    virtual.advance(61_000);
    await run();
    expect(told()).toEqual([deploys]);
  });

  it.each(['before', 'after'] as const)(
    'it is told, whenever the process dies: %s any call',
    async (when) => {
      for (let n = 1; n < 20; n += 1) {
        const { run, told, virtual } = aWorld('deploys', 'alarms');
        const { watch, hit } = crashAt(n, when);
        await run(watch).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
        virtual.advance(61_000);
        await run();
        expect([...new Set(told())].toSorted(), `${when} call ${n}`).toEqual([alarms, deploys]);
        for (const url of [alarms, deploys]) {
          expect(told().filter((one) => one === url).length).toBeLessThanOrEqual(2);
        }
        if (!hit()) return;
      }
      throw new Error('never ends');
    },
  );

  it('a crash is no fault of Slack’s', () => {
    expect(new Crash('x')).not.toBeInstanceOf(Unavailable);
  });
});
