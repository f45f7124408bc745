import { spawnSync } from 'node:child_process';

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

export interface Cruise {
  readonly modules: readonly string[];
  readonly dependencies: number;
  readonly violations: readonly Violation[];
}

interface Report {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly totalDependenciesCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

const maxReportBytes = 256 * 1024 * 1024;

/** Runs dependency-cruiser with the configuration that lies in `cwd`. Throws what it says when it cannot run. */
export function cruise(cwd: string, roots: readonly string[]): Cruise {
  const run = spawnSync('depcruise', ['--output-type', 'json', ...roots], {
    cwd,
    encoding: 'utf8',
    maxBuffer: maxReportBytes,
    timeout: 120_000,
  });
  if (run.error !== undefined) throw run.error;
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run:\n${run.stderr}`);
  const { modules, summary } = JSON.parse(run.stdout) as Report;
  return {
    modules: modules.map(({ source }) => source),
    dependencies: summary.totalDependenciesCruised,
    violations: summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to })),
  };
}

interface Floor {
  readonly modules: number;
  readonly dependencies: number;
}

/**
 * Why a cruise must not be believed. With a parser that does not fit, dependency-cruiser reads nothing and
 * reports no violation: so every source file has to be in the report, and a floor stands below that.
 */
export function blindSpots(seen: Cruise, onDisk: readonly string[], floor: Floor): readonly string[] {
  const cruised = new Set(seen.modules);
  const own = seen.modules.filter((path) => onDisk.includes(path)).length;
  return [
    ...(own < floor.modules ? [`${own} modules were cruised, at least ${floor.modules} were expected`] : []),
    ...(seen.dependencies < floor.dependencies
      ? [`${seen.dependencies} dependencies were seen, at least ${floor.dependencies} were expected`]
      : []),
    ...onDisk.filter((path) => !cruised.has(path)).map((path) => `${path} was not cruised`),
  ];
}
