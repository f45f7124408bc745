import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

interface Records {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** Passes each message on, and does nothing else: what image-pushed cannot do without. */
export const handler = async ({ Records }: Records) => {
  for (const { messageId, body } of Records) {
    const next = { MessageGroupId: messageId, MessageDeduplicationId: messageId, MessageBody: body };
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env['NEXT_QUEUE_URL'], ...next }));
  }
  return { batchItemFailures: [] };
};
