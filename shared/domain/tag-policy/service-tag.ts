import { type ParsedTagPolicy, parseTagPolicy } from './parse.ts';

/**
 * The ECS service tag `slipway:tags`: `semver:1.x`, `exact:latest`. AWS allows few characters in a tag value, so no `*` or `^`
 * can stand there. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
 */
export function parseServiceTagPolicy(text: string): ParsedTagPolicy {
  const colon = text.indexOf(':');
  if (colon < 0) return { ok: false, problem: `must be a policy like semver:1.x, not "${text}"`, path: [] };
  return parseTagPolicy({ [text.slice(0, colon).trim()]: text.slice(colon + 1).trim() });
}
