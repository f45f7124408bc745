import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Key, Queue } from '../../shared/ports.ts';
import { noticeIdOfKey, publishRequest } from '../../shared/records/notice-record.ts';
import type { Clock } from '../clock.ts';
import type { BusEvent } from '../world-types.ts';
import { matches } from './event-pattern.ts';
import { MemoryQueue } from './memory-queue.ts';

/** As serverless.yml sets them, at AWS's pace. */
const visibilityMs = 180_000;
const receiveMax = 5;

export interface Queues {
  readonly pushes: MemoryQueue;
  readonly deployments: MemoryQueue;
  readonly rollouts: MemoryQueue;
  readonly reconciles: MemoryQueue;
  readonly wakeups: MemoryQueue;
  readonly unpublished: MemoryQueue;
  readonly slack: MemoryQueue;
}

/** Shorter waits than on AWS where the world is faster than AWS. */
export function makeQueues(clock: Clock, pace: number): Queues {
  const standard = { clock, visibilityMs: Math.max(2_000, visibilityMs / pace), receiveMax };
  return {
    pushes: new MemoryQueue(standard),
    deployments: new MemoryQueue(standard),
    rollouts: new MemoryQueue({ ...standard, fifo: true }),
    reconciles: new MemoryQueue(standard),
    wakeups: new MemoryQueue(standard),
    unpublished: new MemoryQueue(standard),
    slack: new MemoryQueue(standard),
  };
}

interface Rule {
  readonly pattern: JsonObject;
  readonly queue: MemoryQueue;
}

function rule(contract: string, queue: MemoryQueue): Rule {
  const file = new URL(`../../events/${contract}/pattern.yml`, import.meta.url);
  return { pattern: parse(readFileSync(file, 'utf8')) as JsonObject, queue };
}

/** The default event bus with the stack's rules. */
export function eventBusOver({ pushes, deployments }: Queues): (event: BusEvent) => void {
  const rules = [
    rule('ecr-image-action', pushes),
    rule('ecr-replication-action', pushes),
    rule('ecr-pull-through-cache-action', pushes),
    rule('ecs-deployment-state-change', deployments),
  ];
  return (event) => {
    const body = event as unknown as JsonValue;
    for (const { pattern, queue } of rules) if (matches(pattern, body)) void queue.send({ body });
  };
}

/** The table's stream with the stack's filter: what was inserted, if it is a notice. */
export function carryNotices(stream: Queue): (inserted: Key) => void {
  return (inserted) => {
    const id = noticeIdOfKey(inserted);
    if (id !== undefined) void stream.send({ body: publishRequest(id) });
  };
}
