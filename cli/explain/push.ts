import type { ImageAction } from '../../events/ecr-image-action/schema.ts';
import { chooseRule, type NoRule, type Rules } from '../../functions/image-pushed/decide/rule.ts';
import type { Decision, Push } from '../../functions/image-pushed/decide.ts';
import { type PlannedTarget, plan } from '../../functions/image-pushed/plan.ts';
import { settingsOf } from '../../functions/image-pushed/settings.ts';
import { parseImageRef, shortDigest } from '../../shared/domain/image-ref.ts';
import { nameMatches } from '../../shared/domain/name-glob.ts';
import { platformName } from '../../shared/domain/platform.ts';
import { wantsTag } from '../../shared/domain/tag-policy/choose.ts';
import { describePolicy } from '../../shared/domain/tag-policy/policy.ts';
import type { ChangeFacts, Explanation, PushFacts, RuleFacts, TargetFacts } from './explanation.ts';
import type { GivenEvent } from './read-event.ts';
import type { Surroundings } from './surroundings.ts';

type Explained = Omit<Explanation, 'event'> & { readonly says: string };

/** What image-pushed would do with the event, by the very plan that it makes. */
export async function explainPush({ json }: GivenEvent, around: Surroundings): Promise<Explained> {
  const { clusters, rules } = settingsOf(around.config);
  const planned = await plan(json, { ...around, clusters, rules });
  const { action } = planned;
  const found = { says: saysOf(action), rules: rulesFor(rules, action) };
  if (planned.kind === 'ignored') {
    return { ...found, kind: 'ignored', reason: planned.reason, detail: planned.detail, targets: [] };
  }
  const { push, stale, targets } = planned;
  const unused =
    targets.length === 0 ? `no service in ${clusters.join(', ')} runs this repository` : undefined;
  return {
    ...found,
    kind: 'decided',
    reason: unused,
    push: pushFacts(push, stale),
    targets: targets.map((target) => targetFacts(target, push, rules)),
  };
}

function saysOf({ action, result, repository, tag, digest }: ImageAction): string {
  const name = tag === undefined ? repository : `${repository}:${tag}`;
  return `${action} ${result} ${name} ${shortDigest(digest)}`;
}

function rulesFor({ deploy }: Rules, { repository, tag }: ImageAction): readonly RuleFacts[] {
  return deploy.flatMap(({ image, policy, services, containers }, index) => {
    if (!nameMatches(image, repository)) return [];
    const wanted = wantsTag(policy, tag ?? '');
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

function targetFacts({ name, decision, context }: PlannedTarget, push: Push, rules: Rules): TargetFacts {
  const rule = ruleName(rules, push, context.candidate.service);
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

function ruleName(
  rules: Rules,
  { repository }: Push,
  service: PlannedTarget['context']['candidate']['service'],
): string | NoRule {
  const choice = chooseRule(rules, repository, service);
  if (choice.kind === 'none') return choice.reason;
  const index = rules.deploy.findIndex(({ policy }) => policy === choice.rule.policy);
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
