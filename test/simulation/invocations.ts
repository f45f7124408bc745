import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../sandbox/clock.ts';
import { Throttled, Unavailable } from '../../shared/faults.ts';
import { type FaultKind, type Faults, faultsOf, noAnswer, timesMoreOf } from './faults.ts';

export type Ending =
  | { readonly kind: 'done' }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'died'; readonly why: string };

export interface Invocation {
  readonly name: string;
  /** Nothing strikes it: its message has suffered enough. */
  readonly isSpared: boolean;
  readonly startedAt: number;
  /** When its calls of ports began. */
  readonly calledAt: number[];
  dead: boolean;
  readonly die: (why: string) => void;
}

export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly by: Invocation | undefined;
}

interface Settings {
  readonly clock: Clock;
  readonly faults: Faults;
  /** Milliseconds that a call of a port takes at most, each way, when nothing is wrong. */
  readonly latencyMs: number;
  /** Something may go on in a moment. */
  readonly moved: () => void;
  /** Told when a call begins, and how it ended for ECS: with an effect or not. */
  readonly began?: (call: Call) => () => void;
  readonly isThrottled: (call: string) => boolean;
  readonly said: (text: string) => void;
}

const slowMs = [500, 15_000] as const;
const never = new Promise<never>(() => undefined);
const quick = new Set(['table.get', 'table.list', 'table.due', 'images.all', 'images.tagsOf', 'images.find']);
const untouched = new Set(['clock.now', 'journal.record']);

/** Runs flows as Lambda does: each may die at any call of a port or of its time-out, and calls nobody ever after. */
export class Invocations {
  readonly #running = new AsyncLocalStorage<Invocation>();
  readonly #settings: Settings;
  count = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  run(
    {
      name,
      timeoutMs,
      isSpared,
    }: { readonly name: string; readonly timeoutMs: number; readonly isSpared: boolean },
    flow: () => Promise<void>,
  ): Promise<Ending> {
    const { clock, moved, said } = this.#settings;
    return new Promise((resolve) => {
      const startedAt = clock.now();
      const cancel = clock.after(timeoutMs, () => invocation.die('timed out'));
      const end = (ending: Ending) => {
        cancel();
        this.count -= 1;
        moved();
        resolve(ending);
      };
      const invocation: Invocation = {
        name,
        isSpared,
        startedAt,
        calledAt: [],
        dead: false,
        die: (why) => {
          if (invocation.dead) return;
          invocation.dead = true;
          said(`${name} died: ${why}`);
          end({ kind: 'died', why });
        },
      };
      this.count += 1;
      moved();
      const finish = (ending: Ending) => {
        if (invocation.dead) return;
        invocation.dead = true;
        end(ending);
      };
      this.#running.run(invocation, flow).then(
        () => finish({ kind: 'done' }),
        (error: unknown) => finish({ kind: 'threw', error }),
      );
    });
  }

  /** The same port, each of whose calls takes its time and may go wrong. */
  watched<Port extends object>(name: string, port: Port): Port {
    const known = new Map<string | symbol, unknown>();
    return new Proxy(port, {
      get: (_target, property) => {
        const kept = known.get(property);
        if (kept !== undefined) return kept;
        const member: unknown = Reflect.get(port, property, port);
        if (typeof member !== 'function') return member;
        const method = this.#watchedMethod(
          `${name}.${String(property)}`,
          (args) => Reflect.apply(member, port, args) as unknown,
        );
        known.set(property, method);
        return method;
      },
    });
  }

  #watchedMethod(name: string, call: (args: readonly unknown[]) => unknown) {
    if (untouched.has(name)) return (...args: readonly unknown[]) => call(args);
    if (name === 'definitions.revisions' || name === 'images.all')
      return (...args: readonly unknown[]) => this.#pages({ name, args, by: this.#running.getStore() }, call);
    return (...args: readonly unknown[]) => {
      const by = this.#running.getStore();
      return by === undefined ? call(args) : this.#through({ name, args, by }, call);
    };
  }

  async *#pages(call: Call, made: (args: readonly unknown[]) => unknown): AsyncIterable<unknown> {
    const { by } = call;
    const items =
      by === undefined ? made(call.args) : await this.#through({ ...call, by }, async (args) => made(args));
    yield* items as AsyncIterable<unknown>;
  }

  async #through(
    call: Call & { readonly by: Invocation },
    make: (args: readonly unknown[]) => unknown,
  ): Promise<unknown> {
    const { faults } = this.#settings;
    const { name, by } = call;
    if (by.dead) return never;
    const place = `${by.name}:${name}`;
    const kind = by.isSpared ? undefined : faults.strikes(place, faultsOf(name), timesMoreOf(name));
    const ended = this.#settings.began?.(call);
    by.calledAt.push(this.#settings.clock.now());
    try {
      return await this.#made(call, kind, make);
    } finally {
      ended?.();
    }
  }

  async #made(
    call: Call & { readonly by: Invocation },
    kind: FaultKind | undefined,
    make: (args: readonly unknown[]) => unknown,
  ): Promise<unknown> {
    const { name, args, by } = call;
    await this.#onTheWay(call, kind);
    if (kind === 'crash before') return this.#died(by, `crash before ${name}`);
    const refusal = this.#refusal(name, kind);
    if (refusal !== undefined) throw refusal;
    const answer = await make(args);
    if (kind === 'crash after') return this.#died(by, `crash after ${name}`);
    if (this.#takesTimeBack(by, name)) await this.#sleep(this.#latency(`${by.name}:${name}:back`));
    if (by.dead) return never;
    if (kind === 'answer lost') throw noAnswer(name);
    return answer;
  }

  /** What was read is seldom old when it comes; what was written often is acted upon before its writer hears of it. */
  #takesTimeBack({ name: flow }: Invocation, name: string): boolean {
    return !quick.has(name) || this.#settings.faults.dice.roll(`${flow}:${name}:delayed`) < 0.25;
  }

  /** Why the call never reaches whom it is for. */
  #refusal(name: string, kind: FaultKind | undefined): Error | undefined {
    if (kind === 'unavailable') return new Unavailable(`${name}: not there`);
    if (kind === 'throttled' || this.#settings.isThrottled(name))
      return new Throttled(`${name}: ThrottlingException: Rate exceeded`);
    return kind === 'request lost' ? noAnswer(name) : undefined;
  }

  /** A request that was sent before its process died may still arrive. */
  async #onTheWay(
    { name, by }: Call & { readonly by: Invocation },
    kind: FaultKind | undefined,
  ): Promise<void> {
    const { faults } = this.#settings;
    const place = `${by.name}:${name}`;
    if (kind === 'slow') await this.#sleep(faults.dice.whole(`${place}:slow`, ...slowMs));
    else if (kind === 'timed out') await this.#sleep(timeoutMaxMs);
    else await this.#sleep(this.#latency(place));
    if (!by.dead) return;
    const arrives = kind !== 'timed out' && faults.dice.roll(`${place}:arrives`) < 0.5;
    if (!arrives) await never;
  }

  #died(by: Invocation, why: string): Promise<never> {
    by.die(why);
    return never;
  }

  #latency(place: string): number {
    const share = this.#settings.faults.dice.roll(`${place}:way`);
    return Math.floor(1 + share * share * this.#settings.latencyMs);
  }

  #sleep(ms: number): Promise<void> {
    const { clock, moved } = this.#settings;
    return new Promise((resolve) => {
      clock.after(ms, () => {
        moved();
        resolve();
      });
    });
  }
}

/** Longer than any function may take. */
const timeoutMaxMs = 16 * 60_000;
