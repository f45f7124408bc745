import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BusEvent, Emit } from '../world-types.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const entriesMax = 10;
const batchBytesMax = 200 * 1024;
const waitingMax = 50_000;

export interface EventFeed {
  readonly emit: Emit;
  /** Resolves when everything that was emitted so far was sent. */
  drained(): Promise<void>;
}

/** Puts events on the local AWS's default bus in the order in which they were emitted, one request at a time. */
export function eventFeed(client: EventBridgeClient, onFault: (fault: unknown) => void): EventFeed {
  const waiting: BusEvent[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    while (waiting.length > 0) {
      try {
        await put(client, nextBatch(waiting));
      } catch (fault) {
        onFault(fault);
      }
    }
    running = undefined;
  };
  return {
    emit(event) {
      if (waiting.length >= waitingMax) throw new Error('The local AWS takes events too slowly.');
      waiting.push(event);
      running ??= Promise.resolve().then(run);
    },
    async drained() {
      await running;
    },
  };
}

function nextBatch(waiting: BusEvent[]): readonly BusEvent[] {
  let bytes = 0;
  const fits = (event: BusEvent): boolean => {
    bytes += Buffer.byteLength(JSON.stringify(event.detail));
    return bytes <= batchBytesMax;
  };
  const end = waiting.slice(0, entriesMax).findIndex((event) => !fits(event));
  return waiting.splice(0, end === -1 ? entriesMax : Math.max(1, end));
}

async function put(client: EventBridgeClient, events: readonly BusEvent[]): Promise<void> {
  const command = new PutEventsCommand({
    Entries: events.map((event) => ({
      Source: event.source,
      DetailType: event['detail-type'],
      Detail: JSON.stringify(event.detail),
      Resources: [...event.resources],
      Time: new Date(event.time),
    })),
  });
  keepIds(command, events);
  const { Entries = [] } = await client.send(command);
  const refused = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (refused) throw new Error(`PutEvents: ${refused.ErrorCode} ${refused.ErrorMessage ?? ''}`);
}

/** A service's own event keeps its id, so that a duplicate is one. PutEvents has no member for it: the launcher has. */
function keepIds(command: PutEventsCommand, events: readonly BusEvent[]): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: Uint8Array | string };
      const body = JSON.parse(textOf(request.body)) as { Entries: object[] };
      const entries = body.Entries.map((entry, index) => ({ ...entry, Id: events[index]?.id }));
      request.body = JSON.stringify({ ...body, Entries: entries });
      return next(args);
    },
    { step: 'build', priority: 'high', name: 'keepEventIds' },
  );
}

const textOf = (body: Uint8Array | string): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);
