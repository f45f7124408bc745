import type { Clock } from '../clock.ts';
import type { BusEvent, Emit } from '../world-types.ts';
import type { News } from './core.ts';
import type { Random } from './random.ts';
import type { Switches } from './switches.ts';

interface Wires {
  readonly clock: Clock;
  readonly random: Random;
  readonly switches: Switches;
  readonly account: string;
  readonly region: string;
  readonly pace: number;
  readonly emit: Emit;
}

/** Puts news on the event bus as EventBridge does: at least once, in any order, sometimes late. */
export function createBus(wires: Wires): (news: News) => void {
  const { clock, random, switches, pace } = wires;
  const later = (seconds: number, run: () => void) => clock.after((seconds * 1000) / pace, run);
  return (news) => {
    const heldBack = random.chance(switches.disorderedEvents)
      ? random.between(0, switches.disorderSeconds)
      : 0;
    const repeated = random.chance(switches.duplicateEvents);
    later(switches.delaySeconds + heldBack, () => {
      const event = envelope(wires, news);
      wires.emit(event);
      if (repeated) later(random.between(0, switches.disorderSeconds), () => wires.emit(event));
    });
  };
}

function envelope({ clock, random, account, region }: Wires, news: News): BusEvent {
  return {
    version: '0',
    id: random.uuid(),
    'detail-type': news.type,
    source: 'aws.ecs',
    account,
    time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    region,
    resources: [news.resource],
    detail: news.detail,
  };
}
