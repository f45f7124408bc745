import { compareBytes } from './bytes.ts';
import type { Candidate, Question, TagChoice, TagRule } from './policy.ts';

/**
 * The tag that was pushed last wins; pushed in the same millisecond: the bytewise greatest. A time is needed only where two tags
 * must be compared; a candidate without one is then an error. A current tag whose push nobody knows is taken for older
 * than any push that is known: its image may be long gone from the registry, and nothing would ever be newer. The current
 * tag itself wins when it was pushed again, which only two known times can tell.
 */
export function pushOrderRule(matches: (tag: string) => boolean): TagRule {
  return {
    unwanted: (tag) => (matches(tag) ? undefined : 'no match'),
    choose: (question) => {
      const contenders = question.candidates.filter(({ tag }) => matches(tag));
      const [first, ...others] = contenders.toSorted(byPush);
      if (first === undefined) return { kind: 'none', reason: 'no match' };
      const timeless = contenders.find(({ pushedAt }) => pushedAt === undefined);
      if (others.length > 0 && timeless !== undefined) return unknownPush(timeless.tag);
      const { current } = question;
      if (current === undefined) return { kind: 'chosen', tag: first.tag };
      return first.tag === current.tag
        ? pushedAgain(first, current)
        : replace(first, { ...question, current }, matches);
    },
  };
}

function byPush(a: Candidate, b: Candidate): number {
  return Number(b.pushedAt) - Number(a.pushedAt) || compareBytes(b.tag, a.tag);
}

function pushedAgain(winner: Candidate, current: Candidate): TagChoice {
  const later =
    winner.pushedAt !== undefined && current.pushedAt !== undefined && winner.pushedAt > current.pushedAt;
  return later ? { kind: 'chosen', tag: winner.tag } : { kind: 'none', reason: 'already running' };
}

function replace(
  winner: Candidate,
  { current, allowDowngrade }: Question & { readonly current: Candidate },
  matches: (tag: string) => boolean,
): TagChoice {
  const chosen: TagChoice = { kind: 'chosen', tag: winner.tag };
  if (allowDowngrade) return chosen;
  if (winner.pushedAt === undefined) {
    const comparable = current.pushedAt !== undefined || matches(current.tag);
    return comparable ? unknownPush(winner.tag) : chosen;
  }
  if (current.pushedAt === undefined || winner.pushedAt > current.pushedAt) return chosen;
  return { kind: 'none', reason: 'not newer' };
}

function unknownPush(tag: string): TagChoice {
  return {
    kind: 'error',
    problem: `pushedAt of ${tag} is missing: this policy compares when tags were pushed`,
  };
}
