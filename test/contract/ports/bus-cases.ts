import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject, JsonValue } from '../../../shared/domain/lossless-json.ts';

/** The contracts whose rules stand on the default bus. */
export const contracts = [
  'ecr-image-action',
  'ecr-replication-action',
  'ecr-pull-through-cache-action',
  'ecs-deployment-state-change',
] as const;
export type Contract = (typeof contracts)[number];

/** The function whose queue hears each of them. */
export const functionOf: Readonly<Record<Contract, 'image-pushed' | 'deployment-changed'>> = {
  'ecr-image-action': 'image-pushed',
  'ecr-replication-action': 'image-pushed',
  'ecr-pull-through-cache-action': 'image-pushed',
  'ecs-deployment-state-change': 'deployment-changed',
};

const events = new URL('../../../events/', import.meta.url);

export function patternOf(contract: Contract): JsonObject {
  return parse(readFileSync(new URL(`${contract}/pattern.yml`, events), 'utf8')) as JsonObject;
}

interface BusCase {
  readonly name: string;
  readonly event: JsonObject;
  readonly heardBy: Contract | undefined;
}

function samples(contract: Contract): readonly BusCase[] {
  const folder = new URL(`${contract}/samples/`, events);
  return readdirSync(folder).map((file) => ({
    name: `${contract}: ${file}`,
    event: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as JsonObject,
    heardBy: contract,
  }));
}

const envelope = {
  version: '0',
  id: 'near-miss',
  account: '000000000000',
  time: '2026-11-21T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
};

function near(
  name: string,
  [source, type]: readonly [source: JsonValue, type: JsonValue],
  more: JsonObject = {},
): BusCase {
  const event = { ...envelope, source, 'detail-type': type, detail: {}, ...more };
  return { name, event, heardBy: undefined };
}

const push = 'ECR Image Action';
const deployment = 'ECS Deployment State Change';

/** Close to what the rules want, and not it. */
const nearMisses: readonly BusCase[] = [
  near("another service's word", ['aws.ecs', push]),
  near("the other service's word", ['aws.ecr', deployment]),
  near('a public registry', ['aws.ecr-public', push]),
  near('a source that begins alike', ['aws.ecr2', push]),
  near('a source that ends alike', ['not.aws.ecr', push]),
  near('a source in capitals', ['AWS.ECR', push]),
  near('a source with a space', ['aws.ecr ', push]),
  near('a source of somebody else', ['com.example.aws.ecr', push]),
  near('no source', ['', push]),
  near('a source that is null', [null, push]),
  near('a source that is an object', [{ is: 'aws.ecr' }, push]),
  near('a type in small letters', ['aws.ecr', 'ecr image action']),
  near('a type that goes on', ['aws.ecr', `${push}s`]),
  near('a type with two spaces', ['aws.ecr', 'ECR  Image Action']),
  near('a type with a no-break space', ['aws.ecr', 'ECR\u{a0}Image Action']),
  near('a scan', ['aws.ecr', 'ECR Image Scan']),
  near('a replication that goes on', ['aws.ecr', 'ECR Replication Actions']),
  near('a replication of another service', ['aws.s3', 'ECR Replication Action']),
  near('a cache rule', ['aws.ecr', 'ECR Pull Through Cache']),
  near('a task', ['aws.ecs', 'ECS Task State Change']),
  near('a service action', ['aws.ecs', 'ECS Service Action']),
  near('a call that CloudTrail saw', ['aws.ecr', 'AWS API Call via CloudTrail']),
  near('what it wants, inside of the detail', ['com.example', 'note'], {
    detail: { source: 'aws.ecr', 'detail-type': push },
  }),
  near('what it wants, under keys in capitals', ['com.example', 'note'], {
    Source: 'aws.ecr',
    'Detail-Type': push,
  }),
];

/** Nothing but source and type counts. */
const odd: readonly BusCase[] = [
  { ...near('an empty detail', ['aws.ecr', push]), heardBy: 'ecr-image-action' },
  {
    ...near('another account and Region', ['aws.ecr', push], {
      account: '999999999999',
      region: 'us-east-1',
    }),
    heardBy: 'ecr-image-action',
  },
  {
    ...near('an event name nobody knows', ['aws.ecs', deployment], {
      detail: { eventName: 'SERVICE_DEPLOYMENT_DANCED', source: null, extra: [1, { deep: [] }] },
    }),
    heardBy: 'ecs-deployment-state-change',
  },
  {
    ...near('a detail that names a pattern', ['aws.ecr', push], { detail: { source: [{ prefix: '' }] } }),
    heardBy: 'ecr-image-action',
  },
];

/** Every event has an id of its own, so that what is delivered can be told apart. */
export const busCases: readonly BusCase[] = [...contracts.flatMap(samples), ...nearMisses, ...odd].map(
  (one, index) => ({ ...one, event: { ...one.event, id: `bus-case-${String(index).padStart(2, '0')}` } }),
);

/** What can be put on a bus: PutEvents takes texts for source and type. */
export function isPuttable({ event }: BusCase): boolean {
  const { source, 'detail-type': type, Source } = event;
  return typeof source === 'string' && source !== '' && typeof type === 'string' && Source === undefined;
}

interface OperatorCase {
  readonly filter: JsonValue;
  readonly values: readonly (JsonValue | undefined)[];
  readonly expected: readonly boolean[];
}

const values = ['prod/web', 'prod', 'PROD/web', '', 7, null, true, ['x', 'prod/api'], undefined] as const;

/** The operators that a rule may use, each over the same values: `detail.value` is matched. */
export const operatorCases: readonly OperatorCase[] = (
  [
    ['prod/web', '✓........'],
    [{ prefix: 'prod/' }, '✓......✓.'],
    [{ suffix: 'web' }, '✓.✓......'],
    [{ exists: true }, '✓✓✓✓✓✓✓✓.'],
    [{ exists: false }, '........✓'],
    [{ 'anything-but': 'prod' }, '✓.✓✓✓✓✓✓.'],
    [{ 'anything-but': ['prod', 'prod/web', ''] }, '..✓.✓✓✓✓.'],
    [7, '....✓....'],
    [null, '.....✓...'],
  ] as const
).map(([filter, marks]) => ({ filter, values, expected: marks.split('').map((mark) => mark === '✓') }));
