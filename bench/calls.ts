import { judge, table } from './world/report.ts';
import { rolledOut, steadyWorld, throwIfFaulty, version } from './world/steady.ts';
import { type Call, callsOf, push } from './world/world.ts';

/** Services, and the task definition families that they share. */
const shapes = [
  [1_000, 1],
  [1_000, 10],
  [1_000, 100],
  [300, 300],
] as const;
const repository = 'shop/web';
const limitMs = 4 * 3_600_000;
/** Long enough for whoever would poll, or look again, to be seen. */
const afterwardsMs = 30 * 60_000;

interface Ledger {
  readonly services: number;
  readonly families: number;
  /** Until each service was set. */
  readonly describes: number;
  readonly registers: number;
  readonly updates: number;
  /** How did it end? */
  readonly ends: number;
  /** When its bake time is over: does it still stand? */
  readonly bakes: number;
  /** What is asked of ECS to begin with: the inventory is in the table. */
  readonly deciding: number;
  /** When everything is over. */
  readonly afterwards: number;
  /** Neither of these. */
  readonly others: number;
}

async function ledgerOf(services: number, families: number): Promise<Ledger> {
  const world = await steadyWorld({ fleets: { [repository]: { services, families } } });
  push(world, version(repository, '1.1.0'));
  await rolledOut(world, services, limitMs);
  await world.time.until(() => (world.outcomes.get('revision verified') ?? 0) >= services, limitMs);
  const during = callsOf(world);
  await world.time.run(afterwardsMs);
  throwIfFaulty(world);
  const count = (is: (call: Call) => boolean) => during.filter(is).length;
  const isAfter = ({ services: named, at }: Call) =>
    named.every((name) => at > (world.updates.get(name) ?? Number.POSITIVE_INFINITY));
  const isDescribe = ({ operation }: Call) => operation === 'DescribeServices';
  const ledger = {
    describes: count((call) => call.by === 'roll-service' && isDescribe(call) && !isAfter(call)),
    registers: count(({ operation }) => operation === 'RegisterTaskDefinition'),
    updates: count(({ operation }) => operation === 'UpdateService'),
    ends: count((call) => call.by === 'deployment-changed' && isDescribe(call)),
    bakes: count((call) => call.by === 'roll-service' && isDescribe(call) && isAfter(call)),
    deciding: count(({ by }) => by === 'image-pushed'),
  };
  const known = Object.values(ledger).reduce((sum, calls) => sum + calls, 0);
  const afterwards = callsOf(world).length - during.length;
  return { services, families, ...ledger, others: during.length - known, afterwards };
}

const ledgers: Ledger[] = [];
for (const [services, families] of shapes) ledgers.push(await ledgerOf(services, families));

console.log('ECS calls of one push, in all:\n');
console.log(
  table(
    [
      'services',
      'families',
      'Describe',
      'Register',
      'Update',
      'per service',
      'at its end',
      'after bake',
      'deciding',
      'afterwards',
    ],
    ledgers.map((one) => [
      one.services,
      one.families,
      one.describes,
      one.registers,
      one.updates,
      atTheUpdate(one),
      one.ends,
      one.bakes,
      one.deciding,
      one.afterwards,
    ]),
  ),
);
judge(
  ledgers.flatMap((one) => {
    const { services, families } = one;
    const shape = `${services} services, ${families} families`;
    return [
      {
        what: `${shape}: calls per service at the update`,
        measured: atTheUpdate(one),
        atMost: 1.1 + families / services,
      },
      { what: `${shape}: verifications per end of a rollout`, measured: one.ends / services, atMost: 1 },
      { what: `${shape}: verifications per end of bake`, measured: one.bakes / services, atMost: 1 },
      {
        what: `${shape}: calls that nothing asked for`,
        measured: one.deciding + one.others + one.afterwards,
        atMost: 0,
      },
    ];
  }),
);

function atTheUpdate({ describes, registers, updates, others, services }: Ledger): number {
  return (describes + registers + updates + others) / services;
}
