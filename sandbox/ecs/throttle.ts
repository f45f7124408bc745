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

/** Token buckets by category of operations; refilled faster in a faster world. */
export function createThrottle(core: Core): (operation: string) => void {
  const buckets = new Map<readonly string[], { tokens: number; at: number }>();
  return (operation) => {
    const category = categories.find(([, operations]) => operations.includes(operation));
    if (!core.switches.throttling || category === undefined) return;
    const [rate, operations] = category;
    const now = core.clock.now();
    const { tokens, at } = buckets.get(operations) ?? { tokens: rate.burst, at: now };
    const filled = Math.min(rate.burst, tokens + ((now - at) / 1000) * rate.perSecond * core.pace);
    if (filled < 1) throw new AwsError('ThrottlingException', 'Rate exceeded');
    buckets.set(operations, { tokens: filled - 1, at: now });
  };
}
