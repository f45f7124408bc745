import { describe, expect, it } from 'vitest';
import { observing } from '../../shared/domain/target/accept.ts';
import { defaultTerms } from '../../shared/domain/target/rollout.ts';
import { RejectedInput, Throttled, Unavailable } from '../../shared/faults.ts';
import { aRule } from '../builders/config.ts';
import { aDescribed, aPushEvent } from '../builders/events.ts';
import {
  aDeployment,
  aRollout,
  arn,
  aService,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
  registry,
} from '../builders/rollouts.ts';
import { onCall } from '../fakes/around.ts';
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { outcomesOf } from './image-pushed-given.ts';

const nudged = { v: 1, kind: 'nudge', ...name, generation: 1 };

function aWorld(change: (world: FakeWorld) => void = () => undefined): FakeWorld {
  const world = new FakeWorld();
  change(world);
  return world;
}

describe('a push that a service wants', () => {
  it('is accepted, written down and nudged', async () => {
    const world = aWorld(({ images }) => {
      const labels = {
        'org.opencontainers.image.revision': 'abc',
        'org.opencontainers.image.authors': 'Ann',
      };
      images.push('shop/web', '1.1.0', { digit: 'b', labels });
    });
    await world.push(aPushEvent());
    expect((await world.target()).rollouts).toEqual([
      aWaitingRollout({
        changes: { app: aWanted({ commit: 'abc', author: 'Ann', answeredAt: at(100) }) },
        from: { app: `${registry}/shop/web:1.0.0` },
        acceptedAt: at(100),
        cause: 'push',
        terms: defaultTerms,
      }),
    ]);
    expect(taken(world.rollouts)).toEqual([nudged]);
    expect(outcomesOf(world)).toEqual(['rollout accepted']);
    expect(await world.said()).toEqual([]);
  });

  it('carries labels of a size that the table takes', async () => {
    const labels = { 'org.opencontainers.image.authors': 'x'.repeat(1_000_000) };
    const world = aWorld(({ images }) => images.push('shop/web', '1.1.0', { digit: 'b', labels }));
    await world.push(aPushEvent());
    expect((await world.target()).wanted['app']?.author).toHaveLength(256);
  });

  it('that comes twice is accepted once, and nudged again in case the first nudge was lost', async () => {
    const world = aWorld();
    await world.push(aPushEvent());
    const before = await world.target();
    taken(world.rollouts);
    world.virtual.advance(6 * 60_000);
    await world.push(aPushEvent());
    expect(await world.target()).toEqual(before);
    expect(taken(world.rollouts)).toEqual([nudged]);
    expect(outcomesOf(world)).toEqual(['rollout accepted', 'service skipped: already accepted']);
  });

  it('that comes again while ECS rolls it nudges nobody', async () => {
    const world = aWorld();
    await world.given(aTarget(aRollout()));
    await world.push(aPushEvent());
    expect(taken(world.rollouts)).toEqual([]);
  });

  it('is only told where Slipway observes', async () => {
    const world = aWorld();
    world.config = aConfig({ mode: 'observe' });
    await world.push(aPushEvent());
    expect(await world.said()).toEqual(['observed']);
    expect((await world.target()).rollouts[0]?.reason).toBe(observing);
    expect(taken(world.rollouts)).toEqual([]);
    expect(outcomesOf(world)).toEqual(['rollout observed']);
  });

  it('rolls every service that runs it, and says why it leaves the others', async () => {
    const world = aWorld(({ services, definitions }) => {
      services.put(aService({ service: 'api' }));
      services.put(aService({ service: 'held', tags: { 'slipway:hold': 'freeze' } }));
      services.put(
        aService({ service: 'job', deployments: [aDeployment({ taskDefinition: arn(7, 'job') })] }),
      );
      services.put(aService({ service: 'sets', taskDefinition: undefined, deployments: [] }));
      definitions.add(
        aDescribed({ family: 'job', taskDefinitionArn: arn(7, 'job'), containerDefinitions: [] }),
      );
    });
    await world.push(aPushEvent());
    expect(taken(world.rollouts)).toEqual([{ v: 1, kind: 'pump', plan: expect.any(String) }]);
    expect(outcomesOf(world).toSorted()).toEqual([
      'rollout accepted',
      'rollout accepted',
      'service skipped: on hold',
    ]);
  });
});

describe('a push leads to nothing', () => {
  const ignored: readonly [string, ReturnType<typeof aPushEvent>, string][] = [
    ['a deletion', aPushEvent({ 'action-type': 'DELETE' }), 'not a push'],
    ['no tag', aPushEvent({ 'image-tag': '' }), 'untagged'],
    ['another account', aPushEvent({}, { account: '999999999999' }), 'another account'],
    ['another Region', aPushEvent({}, { region: 'us-east-1' }), 'another Region'],
    ['a repository that no rule names', aPushEvent({ 'repository-name': 'other' }), 'no rule wants it'],
    ['a tag that is gone', aPushEvent({ 'image-tag': '1.9.0' }), 'tag is gone'],
    ['an artifact', aPushEvent({ 'image-tag': '1.5.0' }), 'not an image'],
  ];

  it.each(ignored)('%s', async (_what, event, reason) => {
    const world = aWorld(({ images }) =>
      images.push('shop/web', '1.5.0', { digit: 'f', kind: 'artifact', what: 'x/helm' }),
    );
    await world.push(event);
    expect(outcomesOf(world)).toEqual([`push ignored: ${reason}`]);
    expect(taken(world.rollouts)).toEqual([]);
  });

  it('an image that nobody runs', async () => {
    const world = aWorld(({ services }) => services.remove(name));
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['push unused']);
  });

  it.each([
    ['no event at all', null],
    ['an event of somebody else', { ...aPushEvent(), source: 'aws.ecs' }],
    ['a repository that is no name', aPushEvent({ 'repository-name': '../etc' })],
    ['a tag that is none', aPushEvent({ 'image-tag': '<!channel>' })],
  ])('%s, which is rejected', async (_what, event) => {
    await expect(aWorld().push(event)).rejects.toThrow(RejectedInput);
  });
});

describe('events that come late or in another order', () => {
  it('lead to what the tag resolves to now', async () => {
    const world = aWorld(({ images }) => images.push('shop/web', '1.1.0', { digit: 'c', pushedAt: at(30) }));
    await world.push(aPushEvent({ 'image-digest': digest('b') }));
    expect((await world.target()).wanted['app']).toMatchObject({ digest: digest('c'), pushedAt: at(30) });
    expect(outcomesOf(world)).toEqual(['push stale', 'rollout accepted']);
  });

  it('lead to nothing new when the event of what the tag resolves to comes at last, though its rollout failed', async () => {
    const world = aWorld(({ images }) => images.push('shop/web', '1.1.0', { digit: 'c', pushedAt: at(30) }));
    await world.push(aPushEvent({ 'image-digest': digest('b') }));
    const { rollouts, ...target } = await world.target();
    await world.given({ ...target, rollouts: rollouts.map((one) => ({ ...one, phase: 'rolled-back' })) });
    await world.push(aPushEvent({ 'image-digest': digest('c') }, { time: '2026-11-01T10:00:31Z' }));
    expect(outcomesOf(world).at(-1)).toBe('service skipped: already accepted');
  });

  it('count with the time at which they were first seen', async () => {
    const world = aWorld();
    await world.push(aPushEvent({ 'image-tag': '1.1.0' }, { time: '2026-11-01T10:01:00Z' }));
    world.images.push('shop/web', '1.1.0', { digit: 'b', pushedAt: at(-999) });
    const { rollouts: _forgotten, ...target } = await world.target();
    await world.given({ ...target, rollouts: [], wanted: {} });
    await world.push(aPushEvent({ 'image-digest': digest('a') }, { time: '2026-11-01T09:00:00Z' }));
    expect((await world.target()).wanted['app']?.pushedAt).toBe(at(60));
  });

  it('count with the event’s time where nobody knows better', async () => {
    const world = aWorld();
    await world.push(aPushEvent({ 'image-digest': digest('a') }));
    expect((await world.target()).wanted['app']?.pushedAt).toBe(at(0));
  });

  it('of one tag in one second lead to the last one, though the registry knows it to the millisecond', async () => {
    const world = aWorld(({ images }) =>
      images.push('shop/web', '1.1.0', { digit: 'c', pushedAt: at(0) + 142 }),
    );
    world.config = aConfig({ deploy: [aRule({ tags: { exact: '1.1.0' } })] });
    await world.push(aPushEvent({ 'image-digest': digest('b') }));
    world.images.push('shop/web', '1.1.0', { digit: 'd', pushedAt: at(0) + 342 });
    await world.push(aPushEvent({ 'image-digest': digest('c') }));
    await world.push(aPushEvent({ 'image-digest': digest('d') }));
    expect((await world.target()).wanted['app']?.digest).toBe(digest('d'));
  });

  it('never go backwards, however two pushes cross', async () => {
    const world = aWorld(({ images }) => images.push('shop/web', '1.2.0', { digit: 'c' }));
    const crossing = onCall('table.write', 'before', () =>
      world.push(aPushEvent({ 'image-tag': '1.2.0', 'image-digest': digest('c') })),
    );
    await world.push(
      aPushEvent(),
      onCall('table.list', 'after', () =>
        world.push(aPushEvent({ 'image-tag': '1.2.0', 'image-digest': digest('c') }), crossing),
      ),
    );
    expect((await world.target()).rollouts.map(({ changes }) => changes['app']?.tag)).toEqual(['1.2.0']);
    expect(outcomesOf(world)).toContain('service skipped: not newer than what runs');
  });

  it('lead to nothing where their tag was put back meanwhile to what runs', async () => {
    const world = aWorld(({ images }) => images.push('shop/web', '1.1.0', { digit: 'b' }));
    world.config = aConfig({ deploy: [aRule({ tags: { exact: '1.1.0' } })] });
    const image = `${registry}/shop/web:1.1.0@${digest('a')}`;
    world.definitions.add(aDescribed({ containerDefinitions: [{ name: 'app', image }] }));
    const back = aPushEvent({ 'image-digest': digest('a') }, { time: '2026-11-01T10:00:02Z' });
    await world.push(
      aPushEvent(),
      onCall('table.list', 'after', async () => {
        world.images.push('shop/web', '1.1.0', { digit: 'a' });
        await world.push(back);
      }),
    );
    expect((await world.target()).rollouts).toEqual([]);
    expect(outcomesOf(world)).toEqual([
      'service skipped: already running',
      'service skipped: pushed before what runs',
    ]);
  });

  it('of two images at once become one rollout of both', async () => {
    const world = aWorld(({ images }) => images.push('shop/proxy', 'stable', { digit: 'e' }));
    const proxy = aPushEvent({
      'repository-name': 'shop/proxy',
      'image-tag': 'stable',
      'image-digest': digest('e'),
    });
    await world.push(
      aPushEvent(),
      onCall('table.list', 'after', () => world.push(proxy)),
    );
    const [newest, older] = (await world.target()).rollouts;
    expect(Object.keys(newest?.changes ?? {}).toSorted()).toEqual(['app', 'proxy']);
    expect(older?.phase).toBe('joined');
    expect(await world.said()).toEqual([]);
  });
});

describe('where it looks', () => {
  it('asks the inventory, and ECS nothing', async () => {
    const world = aWorld();
    const asked: string[] = [];
    await world.push(aPushEvent(), (method, call) => {
      asked.push(method);
      return call();
    });
    expect(outcomesOf(world)).toEqual(['rollout accepted']);
    expect(asked.filter((method) => /^(?:services|definitions|tasks|clusters)\./.test(method))).toEqual([]);
    expect(asked.filter((method) => method === 'table.list')).toHaveLength(1);
  });

  it('leaves what the inventory knows of clusters that are no longer in the configuration', async () => {
    const world = aWorld();
    await world.see();
    world.inventory = 'as it is';
    world.config = aConfig({ clusters: [{ name: 'dev', adoptByTag: false }] });
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['push unused']);
  });

  it('finds services that opt in by their own tag', async () => {
    const world = aWorld(({ services }) => services.change(name, { tags: { 'slipway:tags': 'semver:1.x' } }));
    world.config = aConfig({ deploy: [], clusters: [{ name: 'prod', adoptByTag: true }] });
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['rollout accepted']);
  });

  it('reads the platform that the task needs', async () => {
    const runtimePlatform = { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' };
    const world = aWorld(({ definitions }) => definitions.add(aDescribed({ runtimePlatform })));
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['service skipped: platform cannot run it']);
  });

  it.each([
    [
      'Fargate runs what nobody names on X86_64',
      { requiresCompatibilities: ['FARGATE'] },
      'service skipped: platform cannot run it',
    ],
    ['on container instances the instance decides', { requiresCompatibilities: ['EC2'] }, 'rollout accepted'],
    [
      'on container instances the system alone decides nothing',
      { requiresCompatibilities: ['EC2'], runtimePlatform: { operatingSystemFamily: 'LINUX' } },
      'rollout accepted',
    ],
    [
      'on container instances an architecture that is named counts',
      { requiresCompatibilities: ['EC2'], runtimePlatform: { cpuArchitecture: 'X86_64' } },
      'service skipped: platform cannot run it',
    ],
  ])('%s', async (_what, definition, outcome) => {
    const world = aWorld(({ definitions, images }) => {
      definitions.add(aDescribed(definition));
      images.push('shop/web', '1.1.0', { digit: 'b', platforms: [{ os: 'linux', architecture: 'arm64' }] });
    });
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual([outcome]);
  });

  it('a service that is gone, and its revision with it, keeps nobody from rolling', async () => {
    const gone = aService({
      service: 'gone',
      status: 'INACTIVE',
      deployments: [aDeployment({ taskDefinition: arn(9, 'gone') })],
    });
    const world = aWorld(({ services }) => services.put(gone));
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['rollout accepted']);
  });

  it('asks the registry what runs by digest, or by no tag at all', async () => {
    const containerDefinitions = [
      { name: 'app', image: pinnedImage('a') },
      { name: 'more', image: `${registry}/shop/web` },
    ];
    const world = aWorld(({ definitions }) => definitions.add(aDescribed({ containerDefinitions })));
    const asked: unknown[] = [];
    await world.push(aPushEvent(), (method, call) => {
      if (method === 'images.tagsOf') asked.push(method);
      return call();
    });
    expect(asked).toHaveLength(2);
    expect((await world.target()).rollouts[0]?.from['app']).toBe(`${registry}/shop/web:1.0.0@${digest('a')}`);
  });
});

it('a state that others keep writing is left to a later try', async () => {
  const world = aWorld();
  const busy = (method: string, call: () => unknown) =>
    method === 'table.write' ? Promise.resolve('conflict') : call();
  await expect(world.push(aPushEvent(), busy)).rejects.toThrow(Unavailable);
});

it('a registry that asks for fewer calls has the push again later, and nothing fails', async () => {
  const world = aWorld();
  const throttling = (method: string, call: () => unknown) =>
    method === 'images.find' ? Promise.reject(new Throttled('BatchGetImage: Rate exceeded')) : call();
  await world.push(aPushEvent(), throttling);
  expect(outcomesOf(world)).toEqual(['throttled: BatchGetImage: Rate exceeded']);
  world.virtual.advance(30_000);
  const [again] = taken(world.pushes);
  await world.push(again);
  expect(outcomesOf(world).at(-1)).toBe('rollout accepted');
});
