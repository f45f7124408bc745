import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Announcements, Queue } from '../../shared/ports.ts';

export interface MemoryAnnouncements {
  readonly topic: Announcements;
  readonly bus: Announcements;
  /** What was published to the topic, newest last. */
  readonly announced: readonly JsonValue[];
  /** The details of the events that were put on the bus, newest last. */
  readonly put: readonly JsonValue[];
}

const keptMax = 10_000;

/** The topic with its one subscription, which hands each notice raw to the queue of Slack, and the bus that programs listen to. */
export function memoryAnnouncements(slack: Queue): MemoryAnnouncements {
  const announced: JsonValue[] = [];
  const put: JsonValue[] = [];
  return {
    topic: {
      async publish(notice) {
        keep(announced, notice as unknown as JsonValue);
        await slack.send({ body: notice as unknown as JsonValue });
      },
    },
    bus: {
      publish(notice) {
        keep(put, notice as unknown as JsonValue);
        return Promise.resolve();
      },
    },
    announced,
    put,
  };
}

function keep(list: JsonValue[], one: JsonValue): void {
  list.push(one);
  if (list.length > keptMax) list.shift();
}
