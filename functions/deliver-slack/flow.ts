import { parseNotice } from '../../events/published/parse-notice.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import { RejectedInput, Unavailable } from '../../shared/faults.ts';
import type { Clock, Journal, Posted, Secrets, Table, Webhook } from '../../shared/ports.ts';
import { claimDelivery, delivered, releaseDelivery } from '../../shared/records/delivery-record.ts';
import { type Channel, channelId, wants } from './decide.ts';
import { slackMessage } from './message.ts';
import { webhookUrl } from './webhook-url.ts';

export interface Deps {
  readonly channels: readonly Channel[];
  readonly region: string;
  readonly table: Table;
  readonly secrets: Secrets;
  readonly webhook: Webhook;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** Tells every channel that wants it. A channel that fails stops no other: at the end the failure is thrown for the queue to retry. */
export async function deliverSlack(message: JsonValue, deps: Deps): Promise<void> {
  const notice = parseNotice(message);
  const wanting = new Map(
    deps.channels.filter((one) => wants(one, notice)).map((one) => [channelId(one), one]),
  );
  const ended = await Promise.allSettled([...wanting.values()].map((one) => deliver(notice, one, deps)));
  const failures = ended.flatMap((one) => (one.status === 'rejected' ? [asError(one.reason)] : []));
  const [only, ...more] = failures;
  if (only === undefined) return;
  throw more.length === 0 ? only : together(failures);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** One fault for several channels, to be tried again when the last of them is ready. */
function together(failures: readonly Error[]): Unavailable {
  const waits = failures.flatMap((one) => (one instanceof Unavailable ? (one.retryAfterSeconds ?? []) : []));
  return new Unavailable(failures.map(({ message }) => message).join('; '), {
    retryAfterSeconds: waits.length === 0 ? undefined : Math.max(...waits),
    cause: new AggregateError(failures),
  });
}

async function deliver(notice: Notice, channel: Channel, deps: Deps): Promise<void> {
  const { table, secrets, clock, journal, region } = deps;
  const id = channelId(channel);
  const claim = await claimDelivery(table, { notice: notice.id, channel: id }, clock.now());
  const about = { notice: notice.id, kind: notice.kind, channel: id };
  if (claim === undefined) {
    journal.record({ outcome: 'told before', ...about });
    return;
  }
  const { text, blocks } = slackMessage(notice, region);
  try {
    const url = webhookUrl(await secrets.read(channel.slack.credentials), channel.slack.credentials);
    const posted = await postPatiently(url, { text, blocks: blocks as unknown as JsonValue }, deps);
    journal.record({ outcome: `slack ${posted.kind}`, ...about });
    throwUnlessAccepted(posted);
  } catch (error) {
    await releaseDelivery(table, claim);
    throw error instanceof RejectedInput ? new Unavailable(error.message, { cause: error }) : error;
  }
  await delivered(table, claim, clock.now());
}

/** So long is waited for Slack here; for longer, the queue waits. */
const patienceSeconds = 10;

async function postPatiently(url: string, payload: JsonValue, { webhook, clock }: Deps): Promise<Posted> {
  const posted = await webhook.post(url, payload);
  const waits = posted.kind === 'busy' ? (posted.retryAfterSeconds ?? 1) : undefined;
  if (waits === undefined || waits > patienceSeconds) return posted;
  await clock.pause(waits * 1_000);
  return webhook.post(url, payload);
}

/** Every refusal is retried and at last kept in the dead-letter queue: whoever mends the webhook can redrive it. */
function throwUnlessAccepted(posted: Posted): void {
  switch (posted.kind) {
    case 'accepted':
      return;
    case 'busy': {
      const { retryAfterSeconds } = posted;
      throw new Unavailable('Slack asks to wait', { retryAfterSeconds });
    }
    case 'refused':
      throw new Unavailable(`Slack answered ${posted.status} ${posted.answer}`);
    case 'unreachable':
      throw new Unavailable(`Slack cannot be reached: ${posted.reason}`);
    default:
      unreachable(posted);
  }
}
