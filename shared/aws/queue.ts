import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { printLossless } from '../domain/lossless-json.ts';
import type { Queue } from '../ports.ts';
import { clientSettings } from './client-settings.ts';
import { asking } from './errors.ts';

export function sqsQueue(url: string, sqs = new SQSClient(clientSettings)): Queue {
  return {
    async send({ body, group, deduplicationId, delaySeconds }) {
      const command = new SendMessageCommand({
        QueueUrl: url,
        MessageBody: printLossless(body),
        MessageGroupId: group,
        MessageDeduplicationId: deduplicationId,
        DelaySeconds: delaySeconds,
      });
      await asking('SendMessage', () => sqs.send(command));
    },
  };
}

/** Twelve hours from when the message was received; an hour is more than anybody asks for. */
const visibilityMaxSeconds = 3_600;

/** Hides a failed message for so long before its next try. */
export function postpone(url: string, sqs = new SQSClient(clientSettings)) {
  return async (receiptHandle: string, seconds: number): Promise<void> => {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: url,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: Math.min(Math.max(1, Math.ceil(seconds)), visibilityMaxSeconds),
    });
    await asking('ChangeMessageVisibility', () => sqs.send(command));
  };
}
