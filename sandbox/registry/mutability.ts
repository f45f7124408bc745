import { unreachable } from '../../shared/domain/unreachable.ts';
import type { ExclusionFilter, Repository } from './types.ts';

/** Whether a tag that exists must stay where it is. */
export function isImmutable({ mutability, exclusionFilters }: Repository, tag: string): boolean {
  const excluded = exclusionFilters.some((filter) => matches(filter, tag));
  switch (mutability) {
    case 'MUTABLE':
      return false;
    case 'IMMUTABLE':
      return true;
    case 'MUTABLE_WITH_EXCLUSION':
      return excluded;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !excluded;
    default:
      return unreachable(mutability);
  }
}

/** `*` stands for any characters, or none. ECR allows two of them in a filter. */
function matches({ filter }: ExclusionFilter, tag: string): boolean {
  const [first = '', ...others] = filter.split('*');
  const last = others.pop();
  if (last === undefined) return tag === first;
  if (!tag.startsWith(first)) return false;
  const at = others.reduce((from, part) => findAfter(tag, part, from), first.length);
  return at >= 0 && tag.length - last.length >= at && tag.endsWith(last);
}

function findAfter(text: string, part: string, from: number): number {
  if (from < 0) return from;
  const found = text.indexOf(part, from);
  return found < 0 ? found : found + part.length;
}
