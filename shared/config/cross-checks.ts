import { nameMatches } from '../domain/name-glob.ts';
import { closest } from './closest.ts';
import { type Finding, type Path, quoted } from './problem.ts';

/**
 * What the parts of a file say about each other: repetitions, and clusters that are not configured.
 * Reads the raw value, however wrong the rest of it is, so that every mistake shows at once.
 */
export function crossChecks(value: unknown): readonly Finding[] {
  const file = fields(value);
  const clusters = list(file.clusters);
  const names = clusters.map((cluster) => (typeof cluster === 'string' ? cluster : fields(cluster).name));
  const known = names.filter((name) => typeof name === 'string');
  return [
    ...repeated(names, ['clusters']),
    ...repeated(list(fields(file.permissions).passRoles), ['permissions', 'passRoles']),
    ...list(file.deploy).flatMap((rule, index) => ruleFindings(fields(rule), index, known)),
    ...shadowed(list(file.deploy)),
    ...list(file.notify).flatMap((rule, index) => notifyFindings(fields(rule), index, known)),
    ...repeated(list(file.notify), ['notify']),
  ];
}

function ruleFindings(rule: Fields, index: number, clusters: readonly string[]): readonly Finding[] {
  const services = ['deploy', index, 'services'];
  return [
    ...repeated(list(rule.services), services),
    ...repeated(list(rule.containers), ['deploy', index, 'containers']),
    ...foreign(list(rule.services), services, { who: `rule ${index + 1}`, clusters }),
    ...firstFindings(rule, index, clusters),
  ];
}

/** What is no name at all is complained about already. */
function firstFindings({ first, services }: Fields, index: number, clusters: readonly string[]) {
  const path = ['deploy', index, 'first'];
  if (typeof first !== 'string' || !/^[\w-]+\/[\w-]+$/.test(first)) return [];
  const unknown = foreignFinding(first, path, { who: `rule ${index + 1}`, clusters });
  if (unknown !== undefined) return [unknown];
  const patterns = list(services).filter((pattern) => typeof pattern === 'string');
  if (services === undefined || patterns.some((pattern) => nameMatches(pattern, first))) return [];
  const problem = `${quoted(first)} is none of the services of rule ${index + 1}`;
  return [{ path, problem, fix: 'name one that `services` covers, or add it there' }];
}

function notifyFindings(rule: Fields, index: number, clusters: readonly string[]): readonly Finding[] {
  const only = fields(rule.only);
  const services = ['notify', index, 'only', 'services'];
  return [
    ...repeated(list(only.services), services),
    ...repeated(list(only.kinds), ['notify', index, 'only', 'kinds']),
    ...foreign(list(only.services), services, { who: `channel ${index + 1}`, clusters }),
  ];
}

interface Known {
  readonly who: string;
  readonly clusters: readonly string[];
}

/** Service patterns whose cluster is none of ours. Silent while no cluster is named rightly: that is complained about already. */
function foreign(patterns: readonly unknown[], path: Path, known: Known): readonly Finding[] {
  return patterns.flatMap((pattern, index) => foreignFinding(pattern, [...path, index], known) ?? []);
}

function foreignFinding(pattern: unknown, path: Path, { who, clusters }: Known): Finding | undefined {
  const cluster = typeof pattern === 'string' ? /^([\w-]+)\/[^/]+$/.exec(pattern)?.[1] : undefined;
  if (cluster === undefined || clusters.length === 0 || clusters.includes(cluster)) return undefined;
  const meant = closest(cluster, clusters);
  return {
    path,
    problem: `${who} names cluster ${quoted(cluster)}, which is not in \`clusters\``,
    fix: `add it to \`clusters\`${meant === undefined ? '' : `, or did you mean ${quoted(meant)}?`}`,
  };
}

function repeated(values: readonly unknown[], path: Path): readonly Finding[] {
  return echoes(values.map(identity)).map(({ index }) => ({
    path: [...path, index],
    problem: `${quoted(values[index])} stands here twice`,
    fix: 'remove one of them',
  }));
}

/** Two rules for the same image, services and containers: the second could never decide. */
function shadowed(rules: readonly unknown[]): readonly Finding[] {
  const keys = rules.map((rule) => {
    const { image, services, containers } = fields(rule);
    return typeof image === 'string'
      ? identity([image, unordered(services), unordered(containers)])
      : undefined;
  });
  return echoes(keys).map(({ index, first }) => ({
    path: ['deploy', index],
    problem: `rule ${index + 1} never decides: rule ${first + 1} has the same image, services and containers`,
    fix: 'remove one of them, or name other services',
  }));
}

/** Where a key stands again, and where it stood first. */
function echoes(keys: readonly (string | undefined)[]): readonly { index: number; first: number }[] {
  const firsts = new Map<string, number>();
  return keys.flatMap((key, index) => {
    if (key === undefined) return [];
    const first = firsts.get(key);
    if (first !== undefined) return [{ index, first }];
    firsts.set(key, index);
    return [];
  });
}

function unordered(value: unknown): unknown {
  return Array.isArray(value) ? list(value).map(String).toSorted() : undefined;
}

function identity(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
