import { type PumpDeps, pump } from '../../functions/roll-service/pump.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import type { ServiceName } from '../../shared/domain/arn.ts';
import { type JsonValue, parseLossless } from '../../shared/domain/lossless-json.ts';
import { type Nudge, readNudge, readPump, readWake } from '../../shared/domain/nudge.ts';
import type { PlanSeed } from '../../shared/domain/plan/enlist.ts';
import { type Report, report } from '../../shared/domain/plan/report.ts';
import type { Plan } from '../../shared/domain/plan/state.ts';
import type { PlanResult } from '../../shared/domain/target/state.ts';
import { changePlan, enlistMembers, loadPlan } from '../../shared/records/plan-record.ts';
import { at, digest, registry } from '../builders/rollouts.ts';
import { aroundAll, type Watch } from '../fakes/around.ts';

export const image = { registry, repository: 'shop/web', tag: '1.1.0', digest: digest('b') };

export function services(count: number, cluster = 'prod'): readonly ServiceName[] {
  return Array.from({ length: count }, (_, place) => ({ cluster, service: `web-${place}` }));
}

type Entry = Readonly<Record<string, unknown>> & { readonly outcome: string };

/** A plan, the queues and the table, and time that moves when told to. */
export class PumpWorld {
  readonly virtual = new VirtualClock(at(0));
  readonly table = new MemoryTable();
  readonly rollouts = new MemoryQueue({ clock: this.virtual, fifo: true, visibilityMs: 1, receiveMax: 9 });
  readonly wakeups = new MemoryQueue({ clock: this.virtual, visibilityMs: 1, receiveMax: 9 });
  readonly entries: Entry[] = [];
  readonly journal = { record: (entry: Entry) => void this.entries.push(entry) };
  readonly clock = {
    now: () => this.virtual.now(),
    pause: (ms: number) => Promise.resolve(this.virtual.advance(ms)),
  };
  readonly share = 70;
  plan = '';

  async enlist(names: readonly ServiceName[], seed: Partial<PlanSeed> = {}): Promise<readonly number[]> {
    const whole = { image, rule: 'semver ^1', parallel: 1_000, stopAfter: 1, ...seed };
    const members = await enlistMembers(this, whole, names);
    this.plan = members[0]?.plan ?? '';
    return members.map(({ index }) => index);
  }

  pump(watch?: Watch): Promise<void> {
    const { table, rollouts, wakeups, clock, journal, share } = this;
    const deps: PumpDeps = { table, rollouts, wakeups, clock, journal, share };
    return pump(this.plan, watch === undefined ? deps : aroundAll(deps, watch));
  }

  async state(): Promise<Plan> {
    const plan = await loadPlan(this.table, this.plan);
    if (plan === undefined) throw new Error('no plan');
    return plan;
  }

  async report(index: number, result: PlanResult, why?: string): Promise<void> {
    const name = { cluster: 'prod', service: `web-${index}` };
    const said: Report = { index, name, result, why, at: this.clock.now() };
    await changePlan(this, this.plan, (plan) => report(plan, said));
  }

  /** What was sent until that second: to the targets, and to plans. Timers fire when they are due. */
  sent(second = 0): { readonly nudges: readonly Nudge[]; readonly pumps: number } {
    this.virtual.advance(Math.max(0, at(second) - this.virtual.now()));
    const woken = take(this.wakeups).flatMap((body): readonly JsonValue[] => {
      const wake = readWake(body);
      return wake === undefined ? [] : [wake.message];
    });
    const all: readonly JsonValue[] = [...take(this.rollouts), ...woken];
    const nudges = all.flatMap((message) => readNudge(message) ?? []);
    return { nudges, pumps: all.filter((message) => readPump(message) !== undefined).length };
  }
}

function take(queue: MemoryQueue): readonly JsonValue[] {
  const bodies: JsonValue[] = [];
  for (let one = queue.receive(); one !== undefined; one = queue.receive()) {
    bodies.push(parseLossless(one.body));
    queue.delete(one.receipt);
  }
  return bodies;
}
