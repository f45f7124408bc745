import { chooseRule, type NoRule, type Rules } from '../../functions/image-pushed/decide/rule.ts';
import type { Decision, Push } from '../../functions/image-pushed/decide.ts';
import { type PlannedTarget, plan, registryOf } from '../../functions/image-pushed/plan.ts';
import type { Arrival } from '../../functions/image-pushed/read-event.ts';
import { settingsOf } from '../../functions/image-pushed/settings.ts';
import { isSameRegistry, parseImageRef, shortDigest } from '../../shared/domain/image-ref.ts';
import { nameMatches } from '../../shared/domain/name-glob.ts';
import { platformName } from '../../shared/domain/platform.ts';
import { wantsTag } from '../../shared/domain/tag-policy/choose.ts';
import { describePolicy } from '../../shared/domain/tag-policy/policy.ts';
import { knownRepositories } from '../../shared/records/inventory-record.ts';
import type { ChangeFacts, Explanation, PushFacts, RuleFacts, TargetFacts } from './explanation.ts';
import type { GivenEvent } from './read-event.ts';
import type { Surroundings } from './surroundings.ts';

type Explained = Omit<Explanation, 'event'> & { readonly says: string };

/** What image-pushed would do with the event, by the very plan that it makes. */
export async function explainPush({ json }: GivenEvent, around: Surroundings): Promise<Explained> {
  const { clusters, rules } = settingsOf(around.config, around.home);
  const { home, table, images } = around;
  const planned = await plan(json, { home, table, images, clusters, rules });
  const { action } = planned;
  const found = { says: saysOf(action), rules: rulesFor(rules, action) };
  if (planned.kind === 'ignored') {
    return { ...found, kind: 'ignored', reason: planned.reason, detail: planned.detail, targets: [] };
  }
  const { push, stale, targets } = planned;
  return {
    ...found,
    kind: 'decided',
    reason: targets.length === 0 ? await nobody(around, clusters) : undefined,
    push: pushFacts(push, stale),
    targets: targets.map((target) => targetFacts(target, push, rules)),
  };
}

/** Why no target is told of: nobody runs it, or nobody has looked. */
async function nobody({ table, remembers }: Surroundings, clusters: readonly string[]): Promise<string> {
  if (!remembers) return "without the stack's table nobody knows which services run this repository";
  if ((await knownRepositories(table)).length === 0)
    return 'there is no inventory yet: reconcile makes it when the stack starts, and every few minutes';
  return `nothing in ${clusters.join(', ')} runs this repository, as reconcile saw it last`;
}

function saysOf({ action, result, repository, tag, digest, way }: Arrival): string {
  const name = tag === undefined ? repository : `${repository}:${tag}`;
  const what = way === 'push' ? action : way;
  return `${what} ${result} ${name}${digest === undefined ? '' : ` ${shortDigest(digest)}`}`;
}

function rulesFor({ deploy }: Rules, action: Arrival): readonly RuleFacts[] {
  const registry = registryOf(action);
  return deploy.flatMap(({ image, policy, services, containers, ...rule }, index) => {
    if (!(isSameRegistry(rule.registry, registry) && nameMatches(image, action.repository))) return [];
    const wanted = wantsTag(policy, action.tag ?? '');
    const reason = wanted.wanted ? undefined : wanted.reason;
    const facts = { rule: `deploy[${index}]`, image, policy: describePolicy(policy), services, containers };
    return [{ ...facts, wantsTag: wanted.wanted, reason }];
  });
}

function pushFacts(
  { repository, tag, digest, pushedAt, platforms, commit, author }: Push,
  stale: boolean,
): PushFacts {
  return {
    repository,
    tag,
    digest,
    pushedAt: new Date(pushedAt).toISOString(),
    platforms: platforms.map(platformName),
    commit,
    author,
    stale,
  };
}

function targetFacts(planned: PlannedTarget, push: Push, rules: Rules): TargetFacts {
  const { name, decision } = planned;
  const rule = ruleName(rules, push, planned);
  if (decision.kind === 'skip') {
    return { ...name, decision: 'skip', reason: decision.reason, detail: decision.detail, rule };
  }
  const [wanted] = Object.values(decision.changes);
  return {
    ...name,
    decision: 'roll',
    reason: 'the rule wants it',
    detail: wanted?.rule,
    rule,
    changes: changesOf(decision),
  };
}

function ruleName(rules: Rules, push: Push, { target }: PlannedTarget): string | NoRule {
  const choice = chooseRule(rules, push, target);
  if (choice.kind === 'none') return choice.reason;
  const index = rules.deploy.indexOf(choice.rule);
  return index === -1 ? "the service's tag slipway:tags" : `deploy[${index}]`;
}

function changesOf({ changes, from }: Decision & { readonly kind: 'roll' }): readonly ChangeFacts[] {
  return Object.entries(changes).map(([container, { tag, digest }]) => ({
    container,
    from: runningName(from[container] ?? ''),
    to: `${tag} (${shortDigest(digest)})`,
  }));
}

/** Tag and digest of what runs, as far as its reference names them. */
function runningName(image: string): string {
  const ref = parseImageRef(image);
  if (ref === undefined) return image;
  const { tag, digest } = ref;
  if (digest === undefined) return tag ?? 'latest';
  return tag === undefined ? shortDigest(digest) : `${tag} (${shortDigest(digest)})`;
}
