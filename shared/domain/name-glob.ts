import picomatch from 'picomatch';

const longest = 256;

/** Globs over repository and service names: `*` stays within a path segment, `**` crosses them. */
export function nameMatches(pattern: string, name: string): boolean {
  if (name.length > longest || pattern.length > longest) return false;
  return picomatch.isMatch(name, pattern, { dot: true, nonegate: true, noextglob: true, nobrace: true });
}
