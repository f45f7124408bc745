import { AwsError } from './aws-error.ts';
import type { Core } from './core.ts';

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** AWS's request rates, per account and Region. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html */
const categories: readonly (readonly [Rate, readonly string[]])[] = [
  [{ burst: 20, perSecond: 1 }, ['RegisterTaskDefinition', 'DeregisterTaskDefinition']],
  [
    { burst: 50, perSecond: 20 },
    ['DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'],
  ],
  [{ burst: 5, perSecond: 1 }, ['DeleteTaskDefinitions']],
  [{ burst: 50, perSecond: 5 }, ['CreateService', 'UpdateService', 'DeleteService']],
  [{ burst: 100, perSecond: 20 }, ['DescribeServices', 'ListServices']],
  [
    { burst: 50, perSecond: 20 },
    ['DescribeServiceDeployments', 'ListServiceDeployments', 'StopServiceDeployment'],
  ],
  [{ burst: 50, perSecond: 20 }, ['DescribeServiceRevisions']],
  [
    { burst: 100, perSecond: 40 },
    [
      'RunTask',
      'StartTask',
      'StopTask',
      'RegisterContainerInstance',
      'DeregisterContainerInstance',
      'UpdateContainerInstancesState',
    ],
  ],
  [
    { burst: 100, perSecond: 20 },
    ['DescribeTasks', 'ListTasks', 'DescribeContainerInstances', 'ListContainerInstances'],
  ],
  [{ burst: 20, perSecond: 10 }, ['TagResource', 'UntagResource']],
  [{ burst: 50, perSecond: 20 }, ['ListTagsForResource']],
  [{ burst: 20, perSecond: 1 }, ['CreateCluster', 'DeleteCluster', 'UpdateCluster', 'UpdateClusterSettings']],
  [{ burst: 50, perSecond: 20 }, ['DescribeClusters', 'ListClusters']],
  [{ burst: 10, perSecond: 1 }, ['PutClusterCapacityProviders']],
  [{ burst: 50, perSecond: 20 }, ['DescribeCapacityProviders']],
];

export interface Throttle {
  /** Throws a ThrottlingException where the bucket of the operation's category is empty. */
  take(operation: string): void;
  /** Somebody else in the account takes so many tokens per second of the operation's category, where there are any. */
  compete(operation: string, perSecond: number): void;
}

interface Bucket {
  readonly rate: Rate;
  tokens: number;
  at: number;
  competitors: number;
  /** When the next of their calls comes. */
  competingAt: number;
}

/** Token buckets by category of operations; refilled faster in a faster world. */
export function createThrottle({ clock, pace, switches }: Core): Throttle {
  const buckets = new Map<string, Bucket>();
  for (const [rate, operations] of categories) {
    const bucket = { rate, tokens: rate.burst, at: clock.now(), competitors: 0, competingAt: 0 };
    for (const operation of operations) buckets.set(operation, bucket);
  }
  return {
    take(operation) {
      const bucket = buckets.get(operation);
      if (!switches.throttling || bucket === undefined) return;
      letOthersTake(bucket, clock.now(), pace);
      fill(bucket, clock.now(), pace);
      if (bucket.tokens < 1) throw new AwsError('ThrottlingException', 'Rate exceeded');
      bucket.tokens -= 1;
    },
    compete(operation, perSecond) {
      const bucket = buckets.get(operation);
      if (bucket === undefined) throw new RangeError(`No rate is known of ${operation}.`);
      letOthersTake(bucket, clock.now(), pace);
      bucket.competitors = perSecond;
      bucket.competingAt = clock.now();
    },
  };
}

function fill(bucket: Bucket, now: number, pace: number): void {
  const { rate, tokens, at } = bucket;
  bucket.tokens = Math.min(rate.burst, tokens + ((now - at) / 1000) * rate.perSecond * pace);
  bucket.at = now;
}

/** Their calls since the last look, one by one: a call without a token takes none. */
function letOthersTake(bucket: Bucket, now: number, pace: number): void {
  if (bucket.competitors <= 0) return;
  const gap = 1000 / (bucket.competitors * pace);
  while (bucket.competingAt <= now) {
    fill(bucket, bucket.competingAt, pace);
    if (bucket.tokens >= 1) bucket.tokens -= 1;
    bucket.competingAt += gap;
  }
}
