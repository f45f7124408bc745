import { setTimeout } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  type QueueAttributeName,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { functionLog } from './function-logs.ts';
import { type FunctionsJournal, functionsJournal } from './journal.ts';
import type { LocalAws } from './world.ts';

const settlesWithinMs = 180_000;
/** A page that failed on a busy machine comes again after twelve minutes; the next pass makes up for it. */
const askAgainMs = 20_000;
const lookAgainMs = 200;

/** EventBridge Scheduler's turn. Where reconcile is switched off, its schedule is too, and nothing happens. */
export async function fireReconcile({ schedules }: Pick<LocalAws, 'schedules'>): Promise<void> {
  const schedule = schedules.all.find(({ name }) => name.includes('ReconcileSchedule'));
  if (schedule !== undefined) await schedules.fire(schedule.name);
}

/** The first pass: a push before it finds nobody. Waits until its last page is seen and all is selected that it wants to have selected. */
export async function seeEverything(
  aws: LocalAws,
  { off = [], signal }: { readonly off?: readonly string[] | undefined; readonly signal?: AbortSignal } = {},
): Promise<void> {
  if (off.includes('reconcile')) return;
  await fireReconcile(aws);
  const journal = functionsJournal(aws.admin);
  const sqs = new SQSClient(aws.admin);
  const withQueue = off.includes('image-pushed') ? undefined : sqs;
  try {
    const end = Date.now() + settlesWithinMs;
    let askAt = Date.now() + askAgainMs;
    let missing: string | undefined = 'nothing was read';
    while (missing !== undefined) {
      if (Date.now() > end)
        throw new Error(`Slipway did not see what runs: ${missing}. ${await lastWords(aws)}`);
      if (Date.now() > askAt) {
        askAt += askAgainMs;
        await fireReconcile(aws);
      }
      await setTimeout(lookAgainMs, undefined, { signal });
      missing = await missingYet(journal, withQueue);
    }
  } finally {
    journal.close();
    sqs.destroy();
  }
}

/** What keeps the first pass from being over. */
async function missingYet(
  journal: FunctionsJournal,
  sqs: SQSClient | undefined,
): Promise<string | undefined> {
  const isSeen = (await journal.read()).some(({ outcome }) => outcome === 'pass over');
  if (!isSeen) return 'the pass is not over';
  const left = sqs === undefined ? 0 : await messagesIn(sqs, 'PushesQueue');
  return left === 0 ? undefined : `${left} messages are in PushesQueue`;
}

const wordsMax = 20;

/** What the function wrote last, and MiniStack. */
async function lastWords({ admin, cloud }: LocalAws): Promise<string> {
  const lines = (await functionLog(admin, 'slipway-local-reconcile')).slice(-wordsMax);
  return [...lines.map(({ message }) => message.trimEnd()), cloud.tail()].join('\n');
}

const counts: QueueAttributeName[] = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];

/** Those that are handled just now among them. */
async function messagesIn(sqs: SQSClient, queue: string): Promise<number> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => url.includes(queue));
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: counts });
  const { Attributes = {} } = await sqs.send(command);
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
