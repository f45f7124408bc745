import { durationMs } from '../domain/duration.ts';
import { crossChecks } from './cross-checks.ts';
import { findingsOf } from './issues.ts';
import type { ConfigProblem, Finding } from './problem.ts';
import { type SlipwayYml, slipwayYml } from './schema.ts';
import type { DeployRule, SlipwayConfig } from './types.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export type ParsedConfig =
  | { readonly ok: true; readonly config: SlipwayConfig; readonly warnings: readonly ConfigProblem[] }
  /** Everything that is wrong, in the order of the file. Never empty. */
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export interface ParseOptions {
  /** Packaging needs `permissions`; elsewhere their absence is a warning. */
  readonly forPackaging?: boolean | undefined;
}

/** Reads the text of a `slipway.yml`. Never throws: whatever the text, there is a configuration or a list of problems. */
export function parseConfig(text: string, { forPackaging = false }: ParseOptions = {}): ParsedConfig {
  const { source, problems } = readYaml(text);
  if (source === undefined) return { ok: false, problems };
  const parsed = slipwayYml.safeParse(source.value);
  const missing =
    isMapping(source.value) && !Object.hasOwn(source.value, 'permissions') ? [noPermissions] : [];
  const findings = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, source))),
    ...crossChecks(source.value),
    ...(forPackaging ? missing : []),
  ];
  const all = inOrder([...problems, ...located(source, withoutNoise(findings).slice(0, mostProblems))]);
  if (!parsed.success || all.length > 0) return { ok: false, problems: [...all, ...uncounted(findings)] };
  return { ok: true, config: configOf(parsed.data), warnings: forPackaging ? [] : located(source, missing) };
}

function configOf({ reconcile, pacing, ...file }: SlipwayYml): SlipwayConfig {
  const clusters = file.clusters.map((cluster) =>
    typeof cluster === 'string' ? { name: cluster, adoptByTag: false } : cluster,
  );
  const deploy = file.deploy.map(ruleOf);
  return { ...file, clusters, deploy, reconcileMs: durationMs(reconcile), share: pacing.share };
}

function ruleOf({ every, timeout, bake, ...rule }: SlipwayYml['deploy'][number]): DeployRule {
  return {
    ...rule,
    everyMs: durationMs(every),
    timeoutMs: durationMs(timeout),
    bakeMs: durationMs(bake),
  };
}

const noPermissions: Finding = {
  path: ['permissions'],
  problem: '`permissions` is missing, and packaging needs it',
  fix: 'add the roles that your task definitions carry: `permissions: { passRoles: [shop-web-*] }`',
};

/** Nobody reads more than that, and finding each place costs time. */
const mostProblems = 200;

function uncounted(findings: readonly Finding[]): readonly ConfigProblem[] {
  const more = withoutNoise(findings).length - mostProblems;
  if (more <= 0) return [];
  return [{ line: 1, column: 1, path: '', problem: `${more} more problems`, fix: 'repair these first' }];
}

/** A file for another version is told so, and nothing else. */
function withoutNoise(findings: readonly Finding[]): readonly Finding[] {
  const version = findings.find(({ path, problem }) => path[0] === 'version' && !problem.endsWith('missing'));
  return version === undefined ? findings : [version];
}

function located(source: YamlSource, findings: readonly Finding[]): readonly ConfigProblem[] {
  return findings.map((finding) => source.located(finding));
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
