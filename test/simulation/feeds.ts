import type { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { type Feed, type Settings, startFeed } from './workers.ts';

const second = 1_000;
/** What a failed message of a FIFO queue waits: its group waits with it. */
const fifoRetrySeconds = 20;

type Name = 'image-pushed' | 'roll-service' | 'deployment-changed' | 'wake' | 'reconcile' | 'publish';
type Fed = 'pushes' | 'rollouts' | 'deployments' | 'wakeups' | 'reconciles' | 'unpublished' | 'stream';

/** Function, queue, concurrency and time-out in seconds, as in the stack. */
const table: readonly (readonly [Name, Fed, number, number])[] = [
  ['image-pushed', 'pushes', 5, 120],
  ['roll-service', 'rollouts', 20, 45],
  ['deployment-changed', 'deployments', 5, 30],
  ['wake', 'wakeups', 5, 30],
  ['reconcile', 'reconciles', 2, 120],
  ['publish', 'unpublished', 2, 30],
  ['publish', 'stream', 2, 30],
];

interface Stack {
  readonly queues: Readonly<Record<Fed, MemoryQueue>>;
  readonly flows: Readonly<Record<Name, Feed['flow']>>;
}

/** Every queue feeds its function. */
export function startFeeds({ queues, flows }: Stack, settings: Settings): void {
  for (const [name, fed, concurrency, seconds] of table) {
    const fifo = fed === 'rollouts';
    const feed = { name, queue: queues[fed], flow: flows[name], concurrency, timeoutMs: seconds * second };
    startFeed({ ...feed, fifo, retrySeconds: fifo ? fifoRetrySeconds : undefined }, settings);
  }
}
