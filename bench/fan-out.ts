import { awsRates, rates } from '../shared/domain/pacing/rates.ts';
import { defaultShare } from './world/config.ts';
import { soonest } from './world/makespan.ts';
import { type Bound, judge, table } from './world/report.ts';
import { rolledOut, steadyWorld, throwIfFaulty, version } from './world/steady.ts';
import { type BenchWorld, callsOf, push } from './world/world.ts';

const sizes = [10, 100, 1_000, 10_000] as const;
/** Of how many services one shares a task definition family. */
const servicesPerFamily = 100;
const repository = 'shop/web';
const limitMs = 6 * 3_600_000;
/** Somebody else in the account takes this part of both rates. */
const eaten = 0.5;

interface Run {
  readonly services: number;
  readonly competitor: boolean;
  /** From the push to the last UpdateService. */
  readonly seconds: number;
  readonly throttled: number;
  readonly calls: number;
}

async function run(services: number, competitor: boolean): Promise<Run> {
  const families = Math.ceil(services / servicesPerFamily);
  const world = await steadyWorld({ fleets: { [repository]: { services, families } } });
  if (competitor) compete(world);
  const begun = world.time.now();
  push(world, version(repository, '1.1.0'));
  await rolledOut(world, services, limitMs);
  throwIfFaulty(world);
  const calls = callsOf(world);
  return {
    services,
    competitor,
    seconds: (Math.max(...world.updates.values()) - begun) / 1_000,
    throttled: calls.filter(({ throttled }) => throttled).length,
    calls: calls.length,
  };
}

function compete({ model }: BenchWorld): void {
  model.hooks.compete('UpdateService', awsRates.update.perSecond * eaten);
  model.hooks.compete('RegisterTaskDefinition', awsRates.register.perSecond * eaten);
}

/** From the push to a first UpdateService, whatever the rates: functions, queues and calls take their time. */
const chainSeconds = 1;

/** What the two buckets allow. */
function boundOf({ services, competitor }: Pick<Run, 'services' | 'competitor'>): number {
  const families = Math.ceil(services / servicesPerFamily);
  const paced = Math.max(soonest('update', 'fan-out', services), soonest('register', 'fan-out', families));
  return chainSeconds + (competitor ? Math.max(paced, leftOver(services)) : paced);
}

/** What a competitor leaves of AWS's own bucket. */
function leftOver(services: number): number {
  const { burst, perSecond } = awsRates.update;
  return Math.max(0, (services - burst) / (perSecond * (1 - eaten)));
}

function exclusive(one: Run): readonly Bound[] {
  const what = `${one.services} services, exclusive`;
  return [
    { what: `${what}: makespan, seconds`, measured: one.seconds, atMost: 1.05 * boundOf(one) },
    { what: `${what}: throttled calls`, measured: one.throttled, atMost: 0 },
  ];
}

function contended(one: Run): readonly Bound[] {
  const what = `${one.services} services, a competitor eats half`;
  return [{ what: `${what}: makespan, seconds`, measured: one.seconds, atMost: 1.15 * boundOf(one) }];
}

const { seconds: alone } = await run(1, false);
const asked = process.argv.slice(2).map(Number);
const runs: Run[] = [];
for (const services of asked.length === 0 ? sizes : asked) {
  for (const competitor of [false, true]) {
    const started = performance.now();
    runs.push(await run(services, competitor));
    console.error(
      `${services} services: ${Math.round((performance.now() - started) / 1_000)} s of this machine`,
    );
  }
}

const { burst, perSecond } = rates({ share: defaultShare }).update;
console.log(`One service alone: ${alone.toFixed(2)} s from the push to UpdateService.`);
console.log(
  `Slipway's share: ${perSecond} UpdateService a second and ${burst} at once; a fan-out has four fifths of it.\n`,
);
console.log(
  table(
    ['services', 'competitor', 'last UpdateService, s', 'bound, s', 'ratio', 'throttled calls', 'ECS calls'],
    runs.map((one) => {
      const bound = boundOf(one);
      const { services, competitor, seconds, throttled, calls } = one;
      return [services, competitor ? 'half' : 'none', seconds, bound, seconds / bound, throttled, calls];
    }),
  ),
);
judge(runs.flatMap((one) => (one.competitor ? contended(one) : exclusive(one))));
