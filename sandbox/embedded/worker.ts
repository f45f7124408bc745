import { type JsonValue, parseLossless } from '../../shared/domain/lossless-json.ts';
import { RejectedInput, Unavailable } from '../../shared/faults.ts';
import type { MemoryQueue, Received } from './memory-queue.ts';

export interface WorkerSettings {
  readonly flow: (message: JsonValue) => Promise<void>;
  /** So many messages at once; Lambda's event source mapping scales likewise. */
  readonly concurrency: number;
  readonly failed: (error: unknown) => void;
}

/** Feeds a queue to a flow as Lambda does: what succeeds or is rejected is deleted, what fails comes again. */
export function startWorker(
  queue: MemoryQueue,
  { flow, concurrency, failed }: WorkerSettings,
): { readonly stop: () => void } {
  let busy = 0;
  let stopped = false;
  const pump = () => {
    while (!stopped && busy < concurrency) {
      const message = queue.receive();
      if (message === undefined) return;
      busy += 1;
      void handle(message).finally(() => {
        busy -= 1;
        pump();
      });
    }
  };
  const handle = async (message: Received) => {
    try {
      await flow(parseLossless(message.body));
      queue.delete(message.receipt);
    } catch (error) {
      failed(error);
      settle(queue, message, error);
    }
  };
  queue.onVisible(pump);
  pump();
  return {
    stop: () => {
      stopped = true;
    },
  };
}

function settle(queue: MemoryQueue, { receipt }: Received, error: unknown): void {
  if (error instanceof RejectedInput) queue.delete(receipt);
  else if (error instanceof Unavailable && error.retryAfterSeconds !== undefined) {
    queue.changeVisibility(receipt, error.retryAfterSeconds * 1_000);
  }
}
