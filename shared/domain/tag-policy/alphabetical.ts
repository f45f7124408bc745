import { compareBytes } from './bytes.ts';
import { parseDirection } from './direction.ts';
import type { Filter } from './filter.ts';
import { keyOrderRule } from './key-order.ts';
import type { Checked, TagRule } from './policy.ts';

/** Bytewise, not by locale. */
export function alphabetical(word: string, filter?: Filter): Checked<TagRule> {
  const direction = parseDirection(word);
  if (!direction.ok) return direction;
  const rule = keyOrderRule<string>(
    {
      unreadable: 'no match',
      strict: false,
      read: (text) => text,
      refuse: () => undefined,
      compare: (a, b) => direction.value * compareBytes(a, b),
    },
    filter,
  );
  return { ok: true, value: rule };
}
