import * as z from 'zod';
import { createRepository, deleteRepository, repositoryOf } from '../repositories.ts';
import type { RegistryState, Repository } from '../types.ts';
import {
  addressed,
  checkRegistryId,
  epochSeconds,
  maxResults,
  nextToken,
  type Output,
  operation,
  parameter,
  registryId,
  repositoryName,
  tags,
} from './input.ts';
import { page } from './paging.ts';

const mutability = z.enum(['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION']);
const exclusionFilters = z
  .array(
    z.object({
      filterType: z.literal('WILDCARD'),
      filter: z
        .string()
        .regex(/^[0-9a-zA-Z._*-]{1,128}$/)
        .refine((filter) => filter.split('*').length <= 3, 'at most two wildcards'),
    }),
  )
  .min(1)
  .max(5)
  .optional();

const creation = z.object({
  registryId,
  repositoryName,
  tags: tags.optional(),
  imageTagMutability: mutability.default('MUTABLE'),
  imageTagMutabilityExclusionFilters: exclusionFilters,
  imageScanningConfiguration: z.object({ scanOnPush: z.boolean().default(false) }).optional(),
});

export const create = operation(creation, ({ registry }, input) => {
  checkRegistryId(registry, input);
  checkExclusions(input);
  const repository = createRepository(registry, input.repositoryName);
  setMutability(repository, input);
  repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  for (const { Key, Value } of input.tags ?? []) repository.resourceTags.set(Key, Value);
  return { repository: describe(registry, repository) };
});

export const remove = operation(
  z.object({ registryId, repositoryName, force: z.boolean().default(false) }),
  ({ registry }, input) => {
    checkRegistryId(registry, input);
    return {
      repository: describe(registry, deleteRepository(registry, input.repositoryName, input.force)),
    };
  },
);

const listing = z.object({
  registryId,
  repositoryNames: z.array(repositoryName).min(1).max(100).optional(),
  maxResults,
  nextToken,
});

export const describeAll = operation(listing, ({ registry }, input) => {
  const { repositoryNames } = input;
  checkRegistryId(registry, { repositoryName: repositoryNames?.[0] ?? '', registryId: input.registryId });
  if (repositoryNames !== undefined) {
    const named = repositoryNames.map((name) => repositoryOf(registry, name));
    return { repositories: named.map((repository) => describe(registry, repository)) };
  }
  const all = [...registry.repositories.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { entries, next } = page('repositories', all, input);
  return { repositories: entries.map((repository) => describe(registry, repository)), ...next };
});

export const putTagMutability = operation(
  z.object({
    registryId,
    repositoryName,
    imageTagMutability: mutability,
    imageTagMutabilityExclusionFilters: exclusionFilters,
  }),
  (context, input) => {
    checkExclusions(input);
    const repository = addressed(context, input);
    setMutability(repository, input);
    const { name } = repository;
    return { registryId: context.registry.account, repositoryName: name, ...describeMutability(repository) };
  },
);

type MutabilityInput = Pick<
  z.output<typeof creation>,
  'imageTagMutability' | 'imageTagMutabilityExclusionFilters'
>;

function checkExclusions({ imageTagMutability, imageTagMutabilityExclusionFilters }: MutabilityInput): void {
  const wanted = imageTagMutability.endsWith('_WITH_EXCLUSION');
  if (wanted === (imageTagMutabilityExclusionFilters !== undefined)) return;
  throw parameter(
    'imageTagMutabilityExclusionFilters',
    `filters must be given with ..._WITH_EXCLUSION and only with it, but the mutability is ${imageTagMutability}`,
  );
}

function setMutability(repository: Repository, input: MutabilityInput): void {
  repository.mutability = input.imageTagMutability;
  repository.exclusionFilters = input.imageTagMutabilityExclusionFilters ?? [];
}

function describe({ account }: RegistryState, repository: Repository): Output {
  return {
    repositoryArn: repository.arn,
    registryId: account,
    repositoryName: repository.name,
    repositoryUri: repository.uri,
    createdAt: epochSeconds(repository.createdAt),
    ...describeMutability(repository),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
}

function describeMutability({
  mutability: imageTagMutability,
  exclusionFilters: filters,
}: Repository): Output {
  return {
    imageTagMutability,
    ...(filters.length > 0 ? { imageTagMutabilityExclusionFilters: filters } : {}),
  };
}
