import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const ecs = new ECSClient({ maxAttempts: 1 });
const sqs = new SQSClient({ maxAttempts: 1 });

interface Event {
  readonly id: string;
  readonly time: string;
  readonly detail: { readonly call: string };
}

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  nothing: async () => undefined,
  describe: () => ecs.send(new DescribeServicesCommand({ cluster: 'demo', services: ['web'] })),
  update: () => ecs.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web' })),
  'send elsewhere': () =>
    sqs.send(new SendMessageCommand({ QueueUrl: process.env.FORBIDDEN_URL, MessageBody: 'hello' })),
};

/** Does what each event asks for, and says how that went. */
export async function handler({ Records }: { readonly Records: readonly { readonly body: string }[] }) {
  for (const { body } of Records) {
    const event = JSON.parse(body) as Event;
    const answer = {
      id: event.id,
      time: event.time,
      node: process.version,
      ...(await outcome(event.detail.call)),
    };
    await sqs.send(
      new SendMessageCommand({ QueueUrl: process.env.ANSWERS_URL, MessageBody: JSON.stringify(answer) }),
    );
  }
}

async function outcome(call: string) {
  try {
    await calls[call]?.();
    return { outcome: 'allowed' };
  } catch (error) {
    const { name, message } = error as Error;
    return { outcome: name, message };
  }
}
