import { chooseTag } from '../../../shared/domain/tag-policy/choose.ts';
import { parseTagPolicy } from '../../../shared/domain/tag-policy/parse.ts';
import type { Candidate, TagPolicy } from '../../../shared/domain/tag-policy/policy.ts';

export function policy(source: unknown): TagPolicy {
  const parsed = parseTagPolicy(source);
  if (!parsed.ok) throw new Error(`${parsed.path.join('.')} ${parsed.problem}`);
  return parsed.policy;
}

/** `main-1@5`: pushed at 5. */
function candidate(text: string): Candidate {
  const [tag = '', time] = text.split('@');
  return time === undefined ? { tag } : { tag, pushedAt: Number(time) };
}

/** What is chosen, or why nothing is, as one string. */
export function choice(source: unknown, tags: readonly string[], current?: string): string {
  const running = current === undefined ? undefined : candidate(current);
  const chosen = chooseTag(policy(source), tags.map(candidate), running);
  if (chosen.kind === 'chosen') return chosen.tag;
  return chosen.kind === 'none' ? `none: ${chosen.reason}` : `error: ${chosen.problem}`;
}

export function problem(source: unknown): string {
  const parsed = parseTagPolicy(source);
  return parsed.ok ? 'valid' : [parsed.path.join('.'), parsed.problem].join(' ').trim();
}
