import { dropContent } from './contents.ts';
import { checkRepositoryName } from './names.ts';
import { Refusal, repositoryMissing, tooMuch } from './refusal.ts';
import type { RegistryState, Repository } from './types.ts';

export function findRepository(registry: RegistryState, name: string): Repository | undefined {
  return registry.repositories.get(name);
}

export function repositoryOf(registry: RegistryState, name: string): Repository {
  const repository = registry.repositories.get(name);
  if (repository === undefined) throw repositoryMissing(name, registry.account);
  return repository;
}

/** A push creates the repository that it needs, as ECR does with a template for creation on push. */
export function ensureRepository(registry: RegistryState, name: string): Repository {
  return registry.repositories.get(name) ?? addRepository(registry, name);
}

export function createRepository(registry: RegistryState, name: string): Repository {
  if (registry.repositories.has(name)) {
    throw new Refusal(
      `The repository with name '${name}' already exists in the registry with id '${registry.account}'`,
      { code: 'NAME_INVALID', status: 400, type: 'RepositoryAlreadyExistsException' },
    );
  }
  return addRepository(registry, name);
}

export function deleteRepository(registry: RegistryState, name: string, force: boolean): Repository {
  const repository = repositoryOf(registry, name);
  if (repository.images.size > 0 && !force) {
    throw new Refusal(
      `The repository with name '${name}' in registry with id '${registry.account}' cannot be deleted because it still contains images`,
      { code: 'DENIED', status: 400, type: 'RepositoryNotEmptyException' },
    );
  }
  registry.repositories.delete(name);
  for (const content of repository.blobs.values()) dropContent(registry, content);
  for (const image of repository.images.values()) registry.manifestBytes -= image.bytes.length;
  return repository;
}

function addRepository(registry: RegistryState, name: string): Repository {
  checkRepositoryName(name);
  const { account, region, host, limits, repositories, clock } = registry;
  if (repositories.size >= limits.repositories) {
    throw tooMuch(`The registry holds ${limits.repositories} repositories already, and no more are allowed`);
  }
  const repository: Repository = {
    name,
    arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    uri: `${host}/${name}`,
    createdAt: clock.now(),
    mutability: 'MUTABLE',
    exclusionFilters: [],
    scanOnPush: false,
    resourceTags: new Map(),
    images: new Map(),
    tags: new Map(),
    blobs: new Map(),
  };
  repositories.set(name, repository);
  return repository;
}
