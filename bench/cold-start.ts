import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../stack/bundle.ts';
import { startAwsStub } from './lambda/aws-stub.ts';
import { type Case, casesOf, config, env } from './lambda/cases.ts';
import { startRuntimeApi } from './lambda/runtime-api.ts';
import { runtimeInterfaceClient } from './lambda/runtime-interface-client.ts';

const project = join(import.meta.dirname, '..');
const rounds = 15;

interface Packed extends Case {
  readonly taskRoot: string;
  readonly kilobytes: number;
}

type Times = ReadonlyMap<string, readonly number[]>;

/** The bundle as it would be deployed, in a folder of its own. */
async function pack(one: Case, folder: string): Promise<Packed> {
  const { files } = await bundle({ root: one.root, name: one.function, config });
  const taskRoot = join(folder, one.function);
  await mkdir(taskRoot, { recursive: true });
  for (const { name, contents } of files) await writeFile(join(taskRoot, name), contents);
  const size = files.find(({ name }) => name === 'index.mjs')?.contents.length ?? 0;
  return { ...one, taskRoot, kilobytes: Math.round(size / 1_000) };
}

/** Every case once per round, so that what else the machine does hits all of them alike. */
async function measure(cases: readonly Packed[], client: string): Promise<Times> {
  const [api, aws] = [await startRuntimeApi(), await startAwsStub()];
  const times = new Map(cases.map(({ name }) => [name, [] as number[]]));
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const { name, taskRoot, event, calls } of cases) {
        const { ms, response } = await api.invoke({
          client,
          taskRoot,
          event,
          env: { ...env, AWS_ENDPOINT_URL: aws.url },
        });
        check(name, { response, asked: aws.taken(), calls });
        // The first round warms the machine's caches and is not counted.
        if (round > 0) times.get(name)?.push(ms);
      }
    }
  } finally {
    api.close();
    aws.close();
  }
  return times;
}

interface Seen {
  readonly response: string;
  readonly asked: readonly string[];
  readonly calls: readonly string[];
}

/** A process that failed fast would look fast. */
function check(name: string, { response, asked, calls }: Seen): void {
  if (response !== '{"batchItemFailures":[]}') throw new Error(`${name} answered ${response}`);
  if (asked.join() !== calls.join())
    throw new Error(`${name} called ${asked.join()} instead of ${calls.join()}`);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function report(cases: readonly Packed[], times: Times): void {
  const medians = cases.map(({ name }) => median(times.get(name) ?? []));
  const [empty = 1, oneClient = 1] = medians;
  console.log('| handler | bundle | AWS calls | spawn to first answer | to empty | to one client |');
  console.log('|---|---|---|---|---|---|');
  for (const [index, { name, kilobytes, calls }] of cases.entries()) {
    const ms = medians[index] ?? Number.NaN;
    const ratios = `${(ms / empty).toFixed(2)} | ${(ms / oneClient).toFixed(2)}`;
    console.log(`| ${name} | ${kilobytes} KB | ${calls.length} | ${ms.toFixed(0)} ms | ${ratios} |`);
  }
  console.log(`\nMedian of ${rounds} fresh processes each, interleaved; Node ${process.versions.node}.`);
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cold-start-'));
  try {
    const client = await runtimeInterfaceClient(project);
    const cases = await Promise.all(casesOf(project).map((one) => pack(one, folder)));
    report(cases, await measure(cases, client));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
