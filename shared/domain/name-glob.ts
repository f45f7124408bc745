const longest = 512;

/**
 * Globs over repository, service and kind names: `*` and `?` stay within a path segment, a segment `**` crosses any number of
 * them. No regular expression: names are outsiders' text, and the time is bounded by the product of the lengths.
 */
export function nameMatches(pattern: string, name: string): boolean {
  if (name.length > longest || pattern.length > longest) return false;
  return matchesList(pattern.split('/'), name.split('/'), {
    isAny: (part) => part === '**',
    fits: (part, segment) =>
      matchesList([...part.replaceAll(/\*+/g, '*')], [...segment], {
        isAny: (letter) => letter === '*',
        fits: (letter, other) => letter === '?' || letter === other,
      }),
  });
}

interface Letters {
  /** Stands for any number of items. */
  readonly isAny: (wanted: string) => boolean;
  readonly fits: (wanted: string, item: string) => boolean;
}

/** Part by part of the pattern: which beginnings of the items can be matched so far. */
function matchesList(wanted: readonly string[], items: readonly string[], { isAny, fits }: Letters): boolean {
  const none: readonly boolean[] = [true, ...items.map(() => false)];
  const reached = wanted.reduce(
    (before, part) =>
      isAny(part)
        ? fromFirst(before)
        : [false, ...items.map((item, index) => before[index] === true && fits(part, item))],
    none,
  );
  return reached.at(-1) === true;
}

function fromFirst(reached: readonly boolean[]): readonly boolean[] {
  const first = reached.indexOf(true);
  return reached.map((_, end) => first >= 0 && end >= first);
}
