import * as z from 'zod';
import { repositoryMissing } from '../refusal.ts';
import { repositoryOf } from '../repositories.ts';
import type { RegistryState, Repository } from '../types.ts';
import { operation, parameter, tags } from './input.ts';

const resourceArn = z.string().max(2048);
const arnPattern = /^arn:aws:ecr:[a-z0-9-]+:(?<account>\d{12}):repository\/(?<name>.+)$/;

export const tag = operation(z.object({ resourceArn, tags }), ({ registry }, input) => {
  const { resourceTags } = repositoryByArn(registry, input.resourceArn);
  for (const { Key, Value } of input.tags) resourceTags.set(Key, Value);
  return {};
});

export const untag = operation(
  z.object({ resourceArn, tagKeys: z.array(z.string()).max(200) }),
  ({ registry }, input) => {
    const { resourceTags } = repositoryByArn(registry, input.resourceArn);
    for (const key of input.tagKeys) resourceTags.delete(key);
    return {};
  },
);

export const list = operation(z.object({ resourceArn }), ({ registry }, input) => {
  const { resourceTags } = repositoryByArn(registry, input.resourceArn);
  return { tags: [...resourceTags].map(([Key, Value]) => ({ Key, Value })) };
});

function repositoryByArn(registry: RegistryState, arn: string): Repository {
  const { account = '', name = '' } = arnPattern.exec(arn)?.groups ?? {};
  if (name === '') throw parameter('resourceArn', 'must be the ARN of a repository');
  if (account !== registry.account) throw repositoryMissing(name, account);
  return repositoryOf(registry, name);
}
