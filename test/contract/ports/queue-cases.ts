import { expect } from 'vitest';
import type { JsonValue } from '../../../shared/domain/lossless-json.ts';
import type { Message } from '../../../shared/ports.ts';

export interface Taken {
  readonly body: JsonValue;
  readonly receiveCount: number;
  /** What the receiver deletes or postpones the message by. */
  readonly receipt: string;
}

/** What Lambda's poller does with a queue, beside the port that senders use. */
export interface QueueUnderTest {
  send(message: Message): Promise<void>;
  /** One message that may be had now. */
  receive(): Promise<Taken | undefined>;
  delete(receipt: string): Promise<void>;
  changeVisibility(receipt: string, seconds: number): Promise<void>;
  deadLetters(): Promise<readonly JsonValue[]>;
}

export interface QueueSettings {
  readonly fifo: boolean;
  readonly visibilitySeconds: number;
  readonly receiveMax: number;
}

export interface QueueWorld {
  make(settings: QueueSettings): Promise<QueueUnderTest>;
  /** Time goes by. */
  pass(seconds: number): Promise<void>;
}

interface Case {
  readonly name: string;
  readonly run: (world: QueueWorld) => Promise<void>;
}

const standard: QueueSettings = { fifo: false, visibilitySeconds: 30, receiveMax: 5 };
const fifo: QueueSettings = { ...standard, fifo: true };

let ids = 0;

function inGroup(group: string, body: JsonValue): Message {
  ids += 1;
  return { body, group, deduplicationId: `id-${ids}` };
}

async function take(queue: QueueUnderTest): Promise<Taken> {
  const taken = await queue.receive();
  if (taken === undefined) throw new Error('there is no message');
  return taken;
}

/** Receives and deletes until there is nothing more. */
async function drain(queue: QueueUnderTest): Promise<readonly JsonValue[]> {
  const bodies: JsonValue[] = [];
  for (;;) {
    const taken = await queue.receive();
    if (taken === undefined) return bodies;
    bodies.push(taken.body);
    await queue.delete(taken.receipt);
  }
}

const both: readonly Case[] = [standard, fifo].flatMap((settings) => {
  const kind = settings.fifo ? 'FIFO' : 'standard';
  const message = (body: JsonValue): Message => (settings.fifo ? inGroup('g', body) : { body });
  return [
    {
      name: `${kind}: gives a message back as it was sent, and deletes it for good`,
      async run(world: QueueWorld) {
        const queue = await world.make(settings);
        const body = { text: 'ünïcødé "☃"', list: [1, null, { deep: '' }] };
        await queue.send(message(body));
        const taken = await take(queue);
        expect(taken).toMatchObject({ body, receiveCount: 1 });
        await queue.delete(taken.receipt);
        expect(await queue.receive()).toBeUndefined();
      },
    },
    {
      name: `${kind}: hides what was received, and hands it out again with a higher count when that time is over`,
      async run(world: QueueWorld) {
        const queue = await world.make({ ...settings, visibilitySeconds: 1 });
        await queue.send(message('again'));
        expect((await take(queue)).receiveCount).toBe(1);
        expect(await queue.receive()).toBeUndefined();
        await world.pass(1.2);
        expect(await take(queue)).toMatchObject({ body: 'again', receiveCount: 2 });
      },
    },
    {
      name: `${kind}: a receiver may hide a message for longer, or give it back at once`,
      async run(world: QueueWorld) {
        const queue = await world.make({ ...settings, visibilitySeconds: 1 });
        await queue.send(message('slow'));
        await queue.changeVisibility((await take(queue)).receipt, 20);
        await world.pass(1.2);
        expect(await queue.receive()).toBeUndefined();
        const other = await world.make(settings);
        await other.send(message('back'));
        await other.changeVisibility((await take(other)).receipt, 0);
        expect(await take(other)).toMatchObject({ body: 'back', receiveCount: 2 });
      },
    },
    {
      name: `${kind}: what was received too often goes to the dead letters, once, and the next is handed out`,
      async run(world: QueueWorld) {
        const queue = await world.make({ ...settings, visibilitySeconds: 1, receiveMax: 2 });
        await queue.send(message('poison'));
        for (const count of [1, 2]) {
          const taken = await take(queue);
          expect(taken).toMatchObject({ body: 'poison', receiveCount: count });
          await queue.changeVisibility(taken.receipt, 0);
        }
        await queue.send(message('next'));
        expect((await take(queue)).body).toBe('next');
        expect(await queue.receive()).toBeUndefined();
        expect(await queue.deadLetters()).toEqual(['poison']);
      },
    },
    {
      name: `${kind}: an old receipt does not delete what somebody else has received since`,
      async run(world: QueueWorld) {
        const queue = await world.make({ ...settings, visibilitySeconds: 1 });
        await queue.send(message('twice'));
        const { receipt } = await take(queue);
        await world.pass(1.2);
        const second = await take(queue);
        await queue.delete(receipt).catch(() => undefined);
        await queue.changeVisibility(second.receipt, 0);
        expect((await take(queue)).receiveCount).toBe(3);
      },
    },
  ];
});

/** What every queue does, in memory and in SQS. */
export const queueCases: readonly Case[] = [
  ...both,
  {
    name: 'standard: many messages are under way at once, each received once',
    async run(world) {
      const queue = await world.make(standard);
      const bodies = Array.from({ length: 12 }, (_, number) => number);
      for (const body of bodies) await queue.send({ body });
      const taken: JsonValue[] = [];
      for (const _ of bodies) taken.push((await take(queue)).body);
      expect(taken.toSorted((a, b) => Number(a) - Number(b))).toEqual(bodies);
      expect(await queue.receive()).toBeUndefined();
    },
  },
  {
    name: 'standard: a message can be delayed',
    async run(world) {
      const queue = await world.make(standard);
      await queue.send({ body: 'later', delaySeconds: 1 });
      await queue.send({ body: 'now' });
      expect(await drain(queue)).toEqual(['now']);
      await world.pass(1.2);
      expect(await drain(queue)).toEqual(['later']);
    },
  },
  {
    name: 'FIFO: keeps the order of a group',
    async run(world) {
      const queue = await world.make(fifo);
      for (const body of [1, 2, 3, 4]) await queue.send(inGroup('g', body));
      expect(await drain(queue)).toEqual([1, 2, 3, 4]);
    },
  },
  {
    name: 'FIFO: one message of a group at a time, while other groups go on',
    async run(world) {
      const queue = await world.make(fifo);
      for (const [group, body] of [
        ['a', 'a1'],
        ['a', 'a2'],
        ['b', 'b1'],
        ['c', 'c1'],
        ['b', 'b2'],
      ] as const) {
        await queue.send(inGroup(group, body));
      }
      const first = [await take(queue), await take(queue), await take(queue)];
      expect(first.map(({ body }) => body).toSorted()).toEqual(['a1', 'b1', 'c1']);
      expect(await queue.receive()).toBeUndefined();
      const b1 = first.find(({ body }) => body === 'b1');
      await queue.delete(b1?.receipt ?? '');
      expect((await take(queue)).body).toBe('b2');
      expect(await queue.receive()).toBeUndefined();
    },
  },
  {
    name: 'FIFO: a message that comes again is before those behind it',
    async run(world) {
      const queue = await world.make({ ...fifo, visibilitySeconds: 1 });
      for (const body of ['first', 'second']) await queue.send(inGroup('g', body));
      await take(queue);
      await world.pass(1.2);
      expect(await take(queue)).toMatchObject({ body: 'first', receiveCount: 2 });
    },
  },
  {
    name: 'FIFO: swallows a deduplication id of the same group, also after the message was handled',
    async run(world) {
      const queue = await world.make(fifo);
      const send = (group: string, body: string) =>
        queue.send({ body, group, deduplicationId: 'generation 7' });
      await send('a', 'kept');
      await send('a', 'swallowed');
      await send('b', 'another group');
      expect((await drain(queue)).toSorted()).toEqual(['another group', 'kept']);
      await send('a', 'swallowed');
      expect(await queue.receive()).toBeUndefined();
    },
  },
  {
    name: 'FIFO: a message needs a group and a deduplication id, and has no delay of its own',
    async run(world) {
      const queue = await world.make(fifo);
      const whole = inGroup('g', 'x');
      for (const wrong of [{ group: undefined }, { deduplicationId: undefined }, { delaySeconds: 5 }]) {
        await expect(queue.send({ ...whole, ...wrong })).rejects.toThrow();
      }
      expect(await queue.receive()).toBeUndefined();
    },
  },
];
