import { judge, percentile, table } from './world/report.ts';
import { rolledOut, steadyWorld, throwIfFaulty, version } from './world/steady.ts';
import { type BenchWorld, push } from './world/world.ts';

/** Somebody's one service, of which a new image is pushed in the middle of everybody else's. */
const singles = 100;
const limitMs = 6 * 3_600_000;
const secondsMax = 2;
/** The first of them comes while the fan-out is being accepted. */
const firstAfterMs = 500;
const ownRepository = 'shop/api';
const busyRepository = 'shop/web';

const [services = 10_000] = process.argv.slice(2).map(Number);

interface Pushed {
  readonly at: number;
  readonly service: string;
}

/** Pushes go on, evenly spread, as long as the fan-out does. */
function pushInBetween(world: BenchWorld, gapMs: number): Pushed[] {
  const pushed: Pushed[] = [];
  const next = () => {
    const number = pushed.length;
    if (number >= singles) return;
    const repository = nameOf(number);
    pushed.push({ at: world.time.now(), service: `${repository.replaceAll('/', '-')}-00000` });
    push(world, version(repository, '1.1.0'));
    world.time.timers.after(gapMs, next);
  };
  world.time.timers.after(firstAfterMs, next);
  return pushed;
}

function nameOf(number: number): string {
  return `${ownRepository}-${String(number).padStart(3, '0')}`;
}

const one = { services: 1, families: 1 };
const own = Object.fromEntries(Array.from({ length: singles }, (_, number) => [nameOf(number), one]));
const families = Math.ceil(services / 100);
const world = await steadyWorld({ fleets: { ...own, [busyRepository]: { services, families } } });
const begun = world.time.now();
push(world, version(busyRepository, '1.1.0'));
/** As many seconds as the fan-out's lane takes at 2.8 a second. */
const lastsMs = (services / 2.8) * 1_000;
const pushed = pushInBetween(world, lastsMs / singles);
await rolledOut(world, services + singles, limitMs);
throwIfFaulty(world);

const seconds = pushed.map(({ at, service }) => {
  const updated = world.updates.get(service);
  if (updated === undefined) throw new Error(`${service} was never set`);
  return (updated - at) / 1_000;
});
const all = [...world.updates.values()];
const rows = [50, 90, 99, 100].map((percent) => [`${percent} %`, percentile(seconds, percent)]);
console.log(
  `${singles} pushes of one service each, while ${services.toLocaleString('en')} others roll out:\n`,
);
console.log(table(['of the pushes', 'UpdateService within, s'], rows));
console.log(
  `\nAll in all: ${((Math.max(...all) - begun) / 1_000).toFixed(0)} s, ${all.length.toLocaleString('en')} services.`,
);
judge([
  {
    what: 'push to UpdateService, 99th percentile, seconds',
    measured: percentile(seconds, 99),
    atMost: secondsMax,
  },
]);
