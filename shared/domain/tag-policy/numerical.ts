import { compareDecimals, type Decimal, parseDecimal } from './decimal.ts';
import { parseDirection } from './direction.ts';
import type { Filter } from './filter.ts';
import { keyOrderRule } from './key-order.ts';
import type { Checked, TagRule } from './policy.ts';

/** Flux's order with exact arithmetic. As in Flux, one tag that is no number fails the choice: leave it out with `pattern`. */
export function numerical(word: string, filter?: Filter): Checked<TagRule> {
  const direction = parseDirection(word);
  if (!direction.ok) return direction;
  const rule = keyOrderRule<Decimal>(
    {
      unreadable: 'no number',
      strict: true,
      read: parseDecimal,
      refuse: () => undefined,
      compare: (a, b) => direction.value * compareDecimals(a, b),
    },
    filter,
  );
  return { ok: true, value: rule };
}
