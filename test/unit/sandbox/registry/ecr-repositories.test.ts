import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  ListTagsForResourceCommand,
  PutImageTagMutabilityCommand,
  paginateDescribeRepositories,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { loadImage } from '../../../../sandbox/push/load-image.ts';
import { anImage, aRunningRegistry } from '../../../builders/images.ts';
import { ecrClient } from './ecr-client.ts';

const repositoryName = 'shop/web';

describe('a repository of ECR', () => {
  it('is created, described and deleted', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    expect(repository).toMatchObject({
      repositoryArn: 'arn:aws:ecr:eu-west-1:000000000000:repository/shop/web',
      repositoryUri: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/shop/web',
      registryId: '000000000000',
      createdAt: new Date('2026-11-01T00:00:00Z'),
      imageTagMutability: 'MUTABLE',
    });
    const { repositories } = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
    );
    expect(repositories).toEqual([repository]);
    await ecr.send(new DeleteRepositoryCommand({ repositoryName }));
    await expect(
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })),
    ).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
      message: "The repository with name 'shop/web' does not exist in the registry with id '000000000000'",
    });
  });

  it('is created once', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    await expect(ecr.send(new CreateRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
      name: 'RepositoryAlreadyExistsException',
    });
  });

  it('goes with its images only by force, and nothing stays behind', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    loadImage(world.registry, { repository: repositoryName, tag: '1' }, anImage());
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
      name: 'RepositoryNotEmptyException',
    });
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    expect([world.registry.heldBytes, world.registry.manifestBytes]).toEqual([0, 0]);
  });

  it('is listed in pages', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    for (const name of ['c', 'a', 'b']) await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
    const pages: (string | undefined)[][] = [];
    for await (const { repositories = [] } of paginateDescribeRepositories(
      { client: ecr, pageSize: 2 },
      {},
    )) {
      pages.push(repositories.map(({ repositoryName: name }) => name));
    }
    expect(pages).toEqual([['a', 'b'], ['c']]);
  });

  it('has tags', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    const created = await ecr.send(
      new CreateRepositoryCommand({ repositoryName, tags: [{ Key: 'team', Value: 'shop' }] }),
    );
    const resourceArn = created.repository?.repositoryArn;
    await ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'a', Value: 'b' }] }));
    await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
    const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  it.each([
    ['a name that is none', { repositoryName: 'Shop' }, 'InvalidParameterException'],
    ['another registry', { repositoryName, registryId: '111122223333' }, 'RepositoryNotFoundException'],
    [
      'filters without exclusion',
      {
        repositoryName,
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD' as const, filter: 'a*' }],
      },
      'InvalidParameterException',
    ],
    [
      'exclusion without filters',
      { repositoryName, imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const },
      'InvalidParameterException',
    ],
    [
      'a filter with three wildcards',
      {
        repositoryName,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const,
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD' as const, filter: '*a*b*' }],
      },
      'InvalidParameterException',
    ],
  ])('is not created with %s', async (_what, input, name) => {
    await using world = await aRunningRegistry();
    const sent = ecrClient(world.url).send(new CreateRepositoryCommand(input));
    await expect(sent).rejects.toMatchObject({ name });
  });

  it('says after a change what of its tags may move', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const change = {
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION' as const,
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD' as const, filter: 'v*' }],
    };
    const answer = await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, ...change }));
    expect(answer).toMatchObject({ repositoryName, ...change });
  });
});

it('an authorization token leads to this registry', async () => {
  await using world = await aRunningRegistry();
  const { authorizationData } = await ecrClient(world.url).send(new GetAuthorizationTokenCommand({}));
  expect(authorizationData).toMatchObject([
    { proxyEndpoint: world.url, expiresAt: new Date('2026-11-01T12:00:00Z') },
  ]);
});

describe('a call of ECR', () => {
  it('is put before authorize, which may refuse it', async () => {
    const asked: unknown[] = [];
    const denied = Object.assign(new Error('User: x is not authorized'), {
      type: 'AccessDeniedException',
      status: 400,
    });
    const authorize = (call: { operation: string }) => {
      asked.push(call);
      return call.operation === 'DescribeRepositories' ? Promise.resolve() : Promise.reject(denied);
    };
    await using world = await aRunningRegistry({}, { authorize });
    const ecr = ecrClient(world.url);
    await ecr.send(new DescribeRepositoriesCommand({}));
    await expect(ecr.send(new CreateRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'User: x is not authorized',
    });
    expect(world.registry.repositories.size).toBe(0);
    expect(asked).toMatchObject([
      { operation: 'DescribeRepositories', accessKey: 'test' },
      { operation: 'CreateRepository', input: { repositoryName }, accessKey: 'test' },
    ]);
  });

  it.each([
    ['of another API', 'AmazonEC2ContainerServiceV20141113.ListServices', '{}', 'UnknownOperationException'],
    [
      'that is not modelled',
      'AmazonEC2ContainerRegistry_V20150921.StartImageScan',
      '{}',
      'UnknownOperationException',
    ],
    ['that is not JSON', 'AmazonEC2ContainerRegistry_V20150921.ListImages', '{', 'SerializationException'],
    [
      'without what it needs',
      'AmazonEC2ContainerRegistry_V20150921.ListImages',
      '',
      'InvalidParameterException',
    ],
  ])('%s is refused', async (...[_what, target, body, type]) => {
    await using world = await aRunningRegistry();
    const headers = { 'X-Amz-Target': target };
    const response = await fetch(world.url, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toMatchObject([400, { __type: type }]);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  });
});
