import { compareBytes } from './bytes.ts';
import type { Filter } from './filter.ts';
import { noneOf, type Question, type TagChoice, type TagRule, type UnwantedReason } from './policy.ts';

/** An order over keys that are read from the tags themselves. */
export interface KeyOrder<K> {
  readonly unreadable: UnwantedReason;
  /** One unreadable tag fails the choice, as in Flux's numerical order. */
  readonly strict: boolean;
  read(text: string): K | undefined;
  refuse(key: K, running: K | undefined): UnwantedReason | undefined;
  /** Positive: a wins. */
  compare(a: K, b: K): number;
}

interface Entry<K> {
  readonly tag: string;
  readonly text: string | undefined;
  readonly key: K | undefined;
}

type Contender<K> = Entry<K> & { readonly key: K };

/**
 * The greatest key wins, among equal keys the bytewise greatest tag. A current tag that can be read is compared whether the
 * rule wants it or not (2.0.0 stays under ^1); one that cannot be read has no place in the order: any tag beats it.
 */
export function keyOrderRule<K>(order: KeyOrder<K>, filter: Filter = (tag) => tag): TagRule {
  const enter = (tag: string): Entry<K> => {
    const text = filter(tag);
    return { tag, text, key: text === undefined || text === '' ? undefined : order.read(text) };
  };
  return {
    unwanted: (tag, running) => {
      const runningKey = running === undefined ? undefined : enter(running).key;
      return refusal(order, enter(tag), runningKey);
    },
    choose: ({ candidates, current, allowDowngrade }) => {
      const entries = candidates.map(({ tag }) => enter(tag));
      const running = current === undefined ? undefined : enter(current.tag);
      const problem = findProblem(order, entries, running);
      if (problem !== undefined) return { kind: 'error', problem };
      return pick(order, entries, { running, allowDowngrade });
    },
  };
}

function pick<K>(
  order: KeyOrder<K>,
  entries: readonly Entry<K>[],
  { running, allowDowngrade }: Pick<Question, 'allowDowngrade'> & { running: Entry<K> | undefined },
): TagChoice {
  const contenders = entries.filter(
    (entry): entry is Contender<K> => refusal(order, entry, running?.key) === undefined,
  );
  const [winner] = contenders.toSorted((a, b) => order.compare(b.key, a.key) || compareBytes(b.tag, a.tag));
  if (winner === undefined) {
    return noneOf(
      entries.map((entry) => refusal(order, entry, running?.key)).filter((reason) => reason !== undefined),
    );
  }
  if (winner.tag === running?.tag) return { kind: 'none', reason: 'already running' };
  if (running?.key === undefined) return { kind: 'chosen', tag: winner.tag };
  const lead = order.compare(winner.key, running.key);
  const moves = lead > 0 || (lead < 0 && allowDowngrade);
  return moves ? { kind: 'chosen', tag: winner.tag } : { kind: 'none', reason: 'not newer' };
}

function refusal<K>(
  order: KeyOrder<K>,
  { text, key }: Entry<K>,
  running: K | undefined,
): UnwantedReason | undefined {
  if (text === undefined) return 'pattern does not match';
  if (text === '') return 'extract is empty';
  return key === undefined ? order.unreadable : order.refuse(key, running);
}

function findProblem<K>(
  order: KeyOrder<K>,
  entries: readonly Entry<K>[],
  running: Entry<K> | undefined,
): string | undefined {
  const unreadable = entries.map((entry) => misread(order, entry)).find((problem) => problem !== undefined);
  if (unreadable !== undefined) return unreadable;
  const tagOf = new Map<string, string>();
  const named = running === undefined ? entries : [...entries, running];
  for (const { tag, text } of named) {
    const other = text === undefined ? undefined : tagOf.get(text);
    if (other !== undefined && other !== tag) return `extract gives ${text} for both ${other} and ${tag}`;
    if (text !== undefined) tagOf.set(text, tag);
  }
  return undefined;
}

function misread<K>(order: KeyOrder<K>, { tag, text, key }: Entry<K>): string | undefined {
  if (text === '') return `extract gives nothing for the tag ${tag}`;
  if (!order.strict || text === undefined || key !== undefined) return undefined;
  return `${order.unreadable}: ${tag === text ? tag : `${text} of ${tag}`}`;
}
