import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from '../domain/notice.ts';
import { Unavailable } from '../faults.ts';
import type { Announcements } from '../ports.ts';
import { clientSettings } from './client-settings.ts';
import { asking } from './errors.ts';

/** The attributes are for the filter policies of subscriptions. SNS refuses empty ones: a notice that concerns no service has none. */
export function snsTopic(arn: string, sns = new SNSClient(clientSettings)): Announcements {
  return {
    async publish(notice) {
      const { kind, severity, service, cluster } = notice;
      const said = Object.entries({ kind, severity, service, cluster }).filter(([, value]) => value !== '');
      const command = new PublishCommand({
        TopicArn: arn,
        Message: JSON.stringify(notice),
        MessageAttributes: Object.fromEntries(said.map(([name, value]) => [name, text(value)])),
      });
      await asking('Publish', () => sns.send(command));
    },
  };
}

function text(value: string) {
  return { DataType: 'String', StringValue: value };
}

const announcementSource = 'slipway';
/** The detail type of an event on the bus says which form its detail has; `detail.kind` tells more. */
function announcementType({ kind }: Notice): string {
  if (kind.startsWith('system.')) return 'Slipway System';
  return kind.startsWith('target.') ? 'Slipway Target' : 'Slipway Rollout';
}

export function eventBus(name: string, events = new EventBridgeClient(clientSettings)): Announcements {
  return {
    async publish(notice: Notice) {
      const entry = {
        EventBusName: name,
        Source: announcementSource,
        DetailType: announcementType(notice),
        Time: new Date(notice.at),
        Detail: JSON.stringify(notice),
      };
      const command = new PutEventsCommand({ Entries: [entry] });
      const { Entries = [], FailedEntryCount = 0 } = await asking('PutEvents', () => events.send(command));
      const [result] = Entries;
      if (FailedEntryCount > 0) {
        throw new Unavailable(`PutEvents: ${result?.ErrorCode ?? '?'} ${result?.ErrorMessage ?? ''}`);
      }
    },
  };
}
