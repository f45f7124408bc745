import { join } from 'node:path';
import { nudge } from '../../shared/domain/nudge.ts';
import { configOf } from '../world/config.ts';

export interface Case {
  readonly name: string;
  /** Holds functions/<function>/handler.ts. */
  readonly root: string;
  readonly function: string;
  readonly event: object;
  /** What it is expected to ask AWS. */
  readonly calls: readonly string[];
}

export const env = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  ACCOUNT_ID: '000000000000',
  TABLE_NAME: 'slipway-bench',
  PUSHES_QUEUE_URL: queue('pushes'),
  ROLLOUTS_QUEUE_URL: queue('rollouts.fifo'),
  WAKEUPS_QUEUE_URL: queue('wakeups'),
  RECONCILES_QUEUE_URL: queue('reconciles'),
  DEPLOYMENTS_QUEUE_URL: queue('deployments'),
};

function queue(name: string): string {
  return `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}`;
}

export const config = configOf({
  clusters: ['prod'],
  deploy: [{ image: 'shop/web', tags: { semver: '^1' } }],
});

export function casesOf(project: string): readonly Case[] {
  const baselines = join(project, 'bench', 'baselines');
  const pushed = { root: project, function: 'image-pushed' };
  const rolling = { root: project, function: 'roll-service' };
  return [
    { name: 'empty handler', root: baselines, function: 'empty', event: {}, calls: [] },
    { name: 'one SDK client', root: baselines, function: 'one-client', event: {}, calls: ['ListClusters'] },
    { name: 'image-pushed: a deletion', ...pushed, event: records(anAction('DELETE')), calls: [] },
    {
      name: 'image-pushed: a tag that is gone',
      ...pushed,
      event: records(anAction('PUSH')),
      calls: ['GetItem', 'PutItem', 'BatchGetImage'],
    },
    { name: 'roll-service: no nudge', ...rolling, event: records({}), calls: [] },
    {
      name: 'roll-service: nothing to roll',
      ...rolling,
      event: records(nudge({ cluster: 'prod', service: 'web', generation: 1 }).body),
      calls: ['GetItem', 'GetItem', 'GetItem'],
    },
  ];
}

/** A batch of one, as SQS hands it to Lambda. */
function records(body: object): object {
  const record = { messageId: 'm1', receiptHandle: 'r1', body: JSON.stringify(body), attributes: {} };
  return { Records: [{ ...record, eventSource: 'aws:sqs', messageAttributes: {} }] };
}

function anAction(action: string): object {
  return {
    version: '0',
    id: 'e1',
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account: env.ACCOUNT_ID,
    time: '2026-11-21T10:00:00Z',
    region: env.AWS_REGION,
    resources: [],
    detail: {
      'action-type': action,
      result: 'SUCCESS',
      'repository-name': 'shop/web',
      'image-digest': `sha256:${'a'.repeat(64)}`,
      'image-tag': '1.4.2',
    },
  };
}
