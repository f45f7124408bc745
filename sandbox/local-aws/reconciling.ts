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

/** The first pass: a push before it finds nobody, and a push during its last look is found by that. Waits until all of it has ended. */
export async function seeEverything(
  aws: LocalAws,
  { off = [], signal }: { readonly off?: readonly string[] | undefined; readonly signal?: AbortSignal } = {},
): Promise<void> {
  if (off.includes('reconcile')) return;
  await fireReconcile(aws);
  const journal = functionsJournal(aws.admin);
  const sqs = new SQSClient(aws.admin);
  try {
    const end = Date.now() + settlesWithinMs;
    let askAt = Date.now() + askAgainMs;
    let missing: string | undefined = 'nothing was read';
    while (missing !== undefined) {
      if (Date.now() > end)
        throw new Error(`Slipway did not see what runs: ${missing}. ${await lastWords(aws)}`);
      if (missing === notOver && Date.now() > askAt) {
        askAt += askAgainMs;
        await fireReconcile(aws);
      }
      await setTimeout(lookAgainMs, undefined, { signal });
      missing = await missingYet(journal, sqs);
    }
  } finally {
    journal.close();
    sqs.destroy();
  }
}

const notOver = 'the pass is not over';

/** What keeps the first pass from being over. With image-pushed switched off, too: it hears no event of ECR then, but still reconcile. */
async function missingYet(journal: FunctionsJournal, sqs: SQSClient): Promise<string | undefined> {
  const outcomes = (await journal.read()).map(({ outcome }) => outcome);
  const passes = outcomes.filter((outcome) => outcome === 'pass begun' || outcome === 'pass over');
  if (passes.at(-1) !== 'pass over') return notOver;
  const left = await messagesIn(sqs, 'PushesQueue', unfinished);
  if (left > 0) return `${left} messages are in PushesQueue`;
  const asked = await messagesIn(sqs, 'ReconcilesQueue', waiting);
  return asked === 0 ? undefined : `${asked} messages wait in ReconcilesQueue`;
}

const wordsMax = 20;

/** What the function wrote last, and MiniStack. */
async function lastWords({ admin, cloud }: LocalAws): Promise<string> {
  const lines = (await functionLog(admin, 'slipway-local-reconcile')).slice(-wordsMax);
  return [...lines.map(({ message }) => message.trimEnd()), cloud.tail()].join('\n');
}

const waiting: QueueAttributeName[] = ['ApproximateNumberOfMessages'];
/** With those that are handled just now. A page that failed counts among these for twelve minutes. */
const unfinished: QueueAttributeName[] = [...waiting, 'ApproximateNumberOfMessagesNotVisible'];

async function messagesIn(
  sqs: SQSClient,
  queue: string,
  AttributeNames: QueueAttributeName[],
): Promise<number> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => url.includes(queue));
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
  const { Attributes = {} } = await sqs.send(command);
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
