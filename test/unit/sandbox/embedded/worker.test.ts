import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../sandbox/clock.ts';
import { MemoryQueue } from '../../../../sandbox/embedded/memory-queue.ts';
import { startWorker } from '../../../../sandbox/embedded/worker.ts';
import type { JsonValue } from '../../../../shared/domain/lossless-json.ts';
import { RejectedInput, Unavailable } from '../../../../shared/faults.ts';

function given(fifo = false) {
  const clock = new VirtualClock();
  const queue = new MemoryQueue({ clock, fifo, visibilityMs: 30_000, receiveMax: 3 });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await turn();
  };
  return { clock, queue, pass };
}

describe('the worker of a queue', () => {
  it('handles what is sent, and what was there before it began', async () => {
    const { queue, pass } = given();
    const handled: JsonValue[] = [];
    await queue.send({ body: 'before' });
    startWorker(queue, { flow: async (body) => void handled.push(body), concurrency: 1, failed: fail });
    await queue.send({ body: { after: 1 } });
    await pass(0);
    await pass(0);
    expect(handled).toEqual(['before', { after: 1 }]);
    expect(queue.length).toBe(0);
  });

  it.each<[string, Error, [readonly number[], number]]>([
    ['a bug', new TypeError('x'), [[0, 30_000, 60_000], 1]],
    ['rejected input', new RejectedInput('x'), [[0], 0]],
    ['somebody who is not there', new Unavailable('x'), [[0, 30_000, 60_000], 1]],
    ['somebody who asks to wait', new Unavailable('x', { retryAfterSeconds: 5 }), [[0, 5_000, 10_000], 1]],
  ])('after %s it tries again as Lambda and the queue would', async (_what, error, [times, dead]) => {
    const { clock, queue, pass } = given();
    const from = clock.now();
    const tried: number[] = [];
    const faults: unknown[] = [];
    const flow = async () => {
      tried.push(clock.now() - from);
      throw error;
    };
    startWorker(queue, { flow, concurrency: 1, failed: (fault) => faults.push(fault) });
    await queue.send({ body: 1 });
    for (let step = 0; step < 40; step += 1) await pass(step === 0 ? 0 : 5_000);
    expect(tried).toEqual(times);
    expect(faults).toEqual(times.map(() => error));
    expect([queue.length, queue.deadLetters.length]).toEqual([0, dead]);
  });

  it('handles no more at once than it may', async () => {
    const { queue, pass } = given();
    let [now, most] = [0, 0];
    const flow = async () => {
      now += 1;
      most = Math.max(most, now);
      await turn();
      now -= 1;
    };
    startWorker(queue, { flow, concurrency: 3, failed: fail });
    for (let number = 0; number < 10; number += 1) await queue.send({ body: number });
    for (let step = 0; step < 20; step += 1) await pass(0);
    expect([most, queue.length]).toEqual([3, 0]);
  });

  it('goes on with a group whose message went to the dead letters', async () => {
    const { queue, pass } = given(true);
    const handled: JsonValue[] = [];
    const flow = async (body: JsonValue) => {
      if (body === 'poison') throw new TypeError('x');
      handled.push(body);
    };
    startWorker(queue, { flow, concurrency: 1, failed: () => undefined });
    for (const body of ['poison', 'next']) await queue.send({ body, group: 'g', deduplicationId: body });
    for (let step = 0; step < 5; step += 1) await pass(30_000);
    expect([handled, queue.deadLetters]).toEqual([['next'], ['"poison"']]);
  });

  it('takes nothing more once it is stopped', async () => {
    const { queue, pass } = given();
    const worker = startWorker(queue, { flow: fail, concurrency: 1, failed: fail });
    worker.stop();
    await queue.send({ body: 1 });
    await pass(0);
    expect(queue.length).toBe(1);
  });
});

function fail(): never {
  throw new Error('it should not have come to this');
}
