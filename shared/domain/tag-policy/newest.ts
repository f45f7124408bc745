import type { Checked, TagRule } from './policy.ts';
import { pushOrderRule } from './push-order.ts';

export function newest(what: string): Checked<TagRule> {
  if (what !== 'pushed') return { ok: false, problem: `must be pushed, not ${what}` };
  return { ok: true, value: pushOrderRule(() => true) };
}
