import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sandbox/clock.ts';
import { MemoryQueue } from '../../../sandbox/embedded/memory-queue.ts';
import { parseLossless } from '../../../shared/domain/lossless-json.ts';
import { type QueueWorld, queueCases } from './queue-cases.ts';

describe('a queue in memory', () => {
  it.each(queueCases)('$name', ({ run }) => run(inMemory()));

  // SQS refuses it too; MiniStack does not.
  it('standard: refuses a delay of more than 15 minutes', async () => {
    const world = inMemory();
    const queue = await world.make({ fifo: false, visibilitySeconds: 30, receiveMax: 5 });
    await expect(queue.send({ body: 'late', delaySeconds: 901 })).rejects.toThrow(/900 seconds at most/);
    await queue.send({ body: 'in time', delaySeconds: 900 });
    await world.pass(899.999);
    expect(await queue.receive()).toBeUndefined();
    await world.pass(0.001);
    expect(await queue.receive()).toMatchObject({ body: 'in time' });
  });

  it('FIFO: takes a deduplication id again after five minutes', async () => {
    const world = inMemory();
    const queue = await world.make({ fifo: true, visibilitySeconds: 30, receiveMax: 5 });
    const message = { body: 1, group: 'g', deduplicationId: 'id' };
    const sentAfter = async (seconds: number) => {
      await world.pass(seconds);
      await queue.send(message);
      const taken = await queue.receive();
      if (taken !== undefined) await queue.delete(taken.receipt);
      return taken !== undefined;
    };
    expect([await sentAfter(0), await sentAfter(299.999), await sentAfter(0.001)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

function inMemory(): QueueWorld {
  const clock = new VirtualClock();
  return {
    async make({ fifo, visibilitySeconds, receiveMax }) {
      const queue = new MemoryQueue({ clock, fifo, receiveMax, visibilityMs: visibilitySeconds * 1_000 });
      return {
        send: (message) => queue.send(message),
        async receive() {
          clock.advance(0);
          const { receipt, body, receiveCount } = queue.receive() ?? {};
          if (receipt === undefined || body === undefined || receiveCount === undefined) return undefined;
          return { receipt: String(receipt), body: parseLossless(body), receiveCount };
        },
        delete: async (receipt) => queue.delete(Number(receipt)),
        changeVisibility: async (receipt, seconds) =>
          queue.changeVisibility(Number(receipt), seconds * 1_000),
        deadLetters: async () => queue.deadLetters.map(parseLossless),
      };
    },
    pass: async (seconds) => clock.advance(seconds * 1_000),
  };
}
