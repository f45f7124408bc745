import { readFile } from 'node:fs/promises';
import { type Price, prices } from './idle-prices.ts';

/** A month of 30 days. */
const minutes = 30 * 24 * 60;

/** AWS states that Lambda begins with five long polls per queue, of up to 20 s each. */
const pollsPerMinute = 5 * (60 / 20);

/** Of an idle tick, as assumed: a lease written, four lists looked at, one line logged. */
const tick = { seconds: 0.15, writes: 1, reads: 5, logBytes: 1_500 };

/**
 * Of a round of reconcile that finds nothing new, as assumed for a hundred services in one cluster and ten repositories: reconcile
 * is invoked for the round and for a page, image-pushed for each repository; each service's state is read twice.
 */
const round = { invocations: 12, seconds: 20, writes: 5, reads: 250, logBytes: 15_000 };

/** The DynamoDB client keeps a table key for five minutes. */
const keyRequestsPerMinute = 1 / 5;

/** As assumed: what a stack of a hundred services keeps. */
const stateGb = 0.05;

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>> | undefined;
}

export interface CostLine {
  readonly what: string;
  readonly amount: number;
  readonly price: Price;
  readonly usd: number;
}

/** What the stack costs in a month in which nobody pushes. */
export function idleCost(template: Template): readonly CostLine[] {
  const ticks = minutes;
  return [
    line('alarms', countOf(template, 'AWS::CloudWatch::Alarm'), 'alarm'),
    line('Lambda polls standard queues', polled(template, false) * pollsPerMinute * minutes, 'sqsStandard'),
    line('Lambda polls FIFO queues', polled(template, true) * pollsPerMinute * minutes, 'sqsFifo'),
    line('Scheduler wakes tick', ticks, 'scheduler'),
    line('tick is invoked', ticks, 'lambdaRequest'),
    line(
      'tick runs',
      ticks * tick.seconds * (memoryOf(template, 'TickLambdaFunction') / 1024),
      'lambdaGbSecond',
    ),
    line('tick is traced', ticks, 'traces'),
    line('tick logs', (ticks * tick.logBytes) / 1e9, 'logs'),
    line('tick writes its lease', ticks * tick.writes, 'dynamoWrite'),
    line('tick looks for what is due', ticks * tick.reads, 'dynamoRead'),
    ...roundLines(template),
    line('the table', stateGb, 'dynamoStorage'),
    line('its point-in-time recovery', stateGb, 'pointInTime'),
    line('its encryption key', minutes * keyRequestsPerMinute, 'keys'),
  ];
}

function roundLines(template: Template): readonly CostLine[] {
  const rounds = minutes / intervalOf(template);
  const gb = memoryOf(template, 'ReconcileLambdaFunction') / 1024;
  return [
    line('reconcile and what it asks for is invoked', rounds * round.invocations, 'lambdaRequest'),
    line('it runs', rounds * round.seconds * gb, 'lambdaGbSecond'),
    line('it is traced', rounds * round.invocations, 'traces'),
    line('it logs', (rounds * round.logBytes) / 1e9, 'logs'),
    line('it writes', rounds * round.writes, 'dynamoWrite'),
    line('it reads', rounds * round.reads, 'dynamoRead'),
  ];
}

/** Minutes between two rounds. */
function intervalOf({ Resources }: Template): number {
  const rate = String(Resources['ReconcileSchedule']?.Properties?.['ScheduleExpression']);
  return Number(/^rate\((\d+) minutes?\)$/.exec(rate)?.[1] ?? Number.POSITIVE_INFINITY);
}

export function totalUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/** As it stands in the README. */
export function costTable(lines: readonly CostLine[]): string {
  const rows = lines.map(
    ({ what, amount, price, usd }) =>
      `| ${what} | ${rounded(amount)} ${prices[price].unit} | ${dollars(usd)} | ${prices[price].source} |`,
  );
  return [
    '| what | a month | US$ | price |',
    '|---|---:|---:|---|',
    ...rows,
    `| **together** | | **${dollars(totalUsd(lines))}** | us-east-1, without free tiers |`,
  ].join('\n');
}

function line(what: string, amount: number, price: Price): CostLine {
  return { what, amount, price, usd: (amount * prices[price].usd) / prices[price].per };
}

function countOf({ Resources }: Template, type: string): number {
  return Object.values(Resources).filter(({ Type }) => Type === type).length;
}

function polled({ Resources }: Template, fifo: boolean): number {
  const queues = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(({ Properties }) => Resources[logicalIdOf(Properties?.['EventSourceArn'])])
    .filter((source) => source?.Type === 'AWS::SQS::Queue');
  return queues.filter((queue) => (queue?.Properties?.['FifoQueue'] === true) === fifo).length;
}

function logicalIdOf(arn: unknown): string {
  const parts: unknown = (arn as { readonly 'Fn::GetAtt'?: unknown } | undefined)?.['Fn::GetAtt'];
  return Array.isArray(parts) ? String(parts[0]) : '';
}

function memoryOf({ Resources }: Template, id: string): number {
  return Number(Resources[id]?.Properties?.['MemorySize'] ?? 0);
}

function rounded(amount: number): string {
  return amount >= 10 ? Math.round(amount).toLocaleString('en-US') : String(Number(amount.toPrecision(2)));
}

function dollars(usd: number): string {
  return usd.toFixed(2);
}

if (import.meta.main) {
  const file = process.argv[2] ?? '.serverless/cloudformation-template-update-stack.json';
  const lines = idleCost(JSON.parse(await readFile(file, 'utf8')) as Template);
  console.log(costTable(lines));
}
