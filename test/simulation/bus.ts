import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Clock } from '../../sandbox/clock.ts';
import { matches } from '../../sandbox/embedded/event-pattern.ts';
import type { BusEvent } from '../../sandbox/world-types.ts';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Queue } from '../../shared/ports.ts';
import type { Faults } from './faults.ts';

interface Wires {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly pushes: Queue;
  readonly deployments: Queue;
  /** Told of events that nobody will hear of. */
  readonly lost: (event: BusEvent) => void;
}

const rules = [
  { pattern: pattern('ecr-image-action'), queue: 'pushes' },
  { pattern: pattern('ecs-deployment-state-change'), queue: 'deployments' },
] as const;

function pattern(contract: string): JsonObject {
  const file = new URL(`../../events/${contract}/pattern.yml`, import.meta.url);
  return parse(readFileSync(file, 'utf8')) as JsonObject;
}

/** EventBridge with the stack's rules: at least once, in any order, late, and now and then not at all. */
export function busOver(wires: Wires): (event: BusEvent) => void {
  const { clock, faults, lost } = wires;
  const deliver = (event: BusEvent) => {
    const body = event as unknown as JsonValue;
    for (const rule of rules) if (matches(rule.pattern, body)) void wires[rule.queue].send({ body });
  };
  return (event) => {
    const place = `bus:${event.source}`;
    const isHeard = rules.some((rule) => matches(rule.pattern, event as unknown as JsonValue));
    if (!isHeard) return;
    const fault = faults.strikes(place, ['event lost', 'event late', 'event twice']);
    const wait = (ms: number) => faults.dice.whole(`${place}:wait`, 0, ms);
    if (fault === 'event lost') {
      lost(event);
      return;
    }
    clock.after(fault === 'event late' ? wait(120_000) : wait(800), () => deliver(event));
    if (fault === 'event twice') clock.after(wait(90_000), () => deliver(event));
  };
}
