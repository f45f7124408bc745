import { describe, expect, it } from 'vitest';
import { parseLossless, printLossless } from '../../../shared/domain/lossless-json.ts';
import {
  isOurs,
  readContainers,
  readDescribed,
  revise,
  withRolloutTag,
} from '../../../shared/domain/task-definition/revise.ts';
import { aDescribed } from '../../builders/events.ts';
import { pinnedImage } from '../../builders/rollouts.ts';

const images = { app: pinnedImage('b') };
const rollout = 'prod/web/7';

function tagsOf(tags: readonly unknown[] | undefined, withRollout: boolean) {
  const described = { ...readDescribed(aDescribed()), tags: tags as never };
  return revise(described, withRollout ? { images, rollout } : { images })['tags'];
}

describe('a revised task definition', () => {
  it('changes the chosen image and leaves out what RegisterTaskDefinition has no parameter for', () => {
    const { taskDefinition } = readDescribed(aDescribed());
    const [app, proxy] = readContainers(taskDefinition).map(({ definition }) => definition);
    expect(revise(readDescribed(aDescribed()), { images, rollout })).toEqual({
      family: 'web',
      containerDefinitions: [{ ...app, image: pinnedImage('b') }, proxy],
      volumes: [],
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'slipway:rollout', value: rollout },
      ],
    });
  });

  it('leaves out deregistration and deletion too: an inactive revision can be cloned', () => {
    const described = aDescribed({ status: 'INACTIVE', deregisteredAt: 1, deleteRequestedAt: 2 });
    expect(Object.keys(revise(readDescribed(described), { images }))).not.toContain('deregisteredAt');
  });

  it('keeps numbers that a double cannot hold, unknown members, and the order of all of them', () => {
    const text =
      '{"brandNew":{"limit":9007199254740993,"ratio":1.50},"containerDefinitions":[{"image":"a","name":"app","brandNew":[1e400,"",[],{}]}],"family":"web"}';
    const revised = revise(readDescribed(parseLossless(`{"taskDefinition":${text}}`)), { images });
    expect(printLossless(revised)).toBe(text.replace('"image":"a"', `"image":"${pinnedImage('b')}"`));
  });

  it.each(['constructor', '__proto__', 'toString'])('keeps the image of a container called %s', (name) => {
    const described = readDescribed(aDescribed({ containerDefinitions: [{ name, image: 'x' }] }));
    expect(revise(described, { images: {} })['containerDefinitions']).toEqual([{ name, image: 'x' }]);
  });

  it('of a container that is not there is refused, with those that are', () => {
    expect(() => revise(readDescribed(aDescribed()), { images: { web: 'x', api: 'y' } })).toThrow(
      'no container named web, api in the task definition: it has app, proxy',
    );
  });
});

describe('the tags of a revised task definition', () => {
  const team = { key: 'team', value: 'shop' };
  const own = { key: 'slipway:rollout', value: rollout };
  const earlier = { key: 'slipway:rollout', value: 'prod/web/6' };
  const awsTag = { key: 'aws:cloudformation:stack-name', value: 'web' };
  const odd = { value: 'without a key' };
  const many = (amount: number) =>
    Array.from({ length: amount }, (_, index) => ({ key: `k${index}`, value: '' }));

  it.each([
    ['are the user’s, and ours', [team], [team, own]],
    ['are ours alone where nobody asked for tags', undefined, [own]],
    ['are ours alone where there were none', [], [own]],
    ['hold the newest rollout alone', [earlier, team], [team, own]],
    ['hold none of AWS’s own, which nobody may set', [awsTag, team], [team, own]],
    ['keep what is no tag', [odd, 'odd'], [odd, 'odd', own]],
    ['leave ours out when fifty are taken', many(50), many(50)],
    ['hold fifty at most, with ours', many(49), [...many(49), own]],
  ])('%s', (_what, given, expected) => {
    expect(tagsOf(given, true)).toEqual(expected);
  });

  it.each([
    ['stay as they are', [team, earlier], [team, earlier]],
    ['stay empty', [], []],
    ['stay away', undefined, undefined],
    ['lose AWS’s own', [awsTag, team], [team]],
  ])('without a rollout %s', (_what, given, expected) => {
    expect(tagsOf(given, false)).toEqual(expected);
  });
});

describe('reading a task definition', () => {
  const containerDefinitions = [{ name: 'app', image: 'x' }];

  it('takes DescribeTaskDefinition’s answer, tags and all', () => {
    const described = { taskDefinition: { containerDefinitions }, tags: [{ key: 'a', value: 'b' }] };
    expect(readDescribed(described)).toEqual(described);
  });

  it('takes a bare definition, with the tags that stand in it', () => {
    const bare = { containerDefinitions, tags: [{ key: 'a', value: 'b' }] };
    expect(revise(readDescribed(bare), { images: {}, rollout })['tags']).toHaveLength(2);
  });

  it.each([
    null,
    [],
    'text',
    1,
    {},
    { taskDefinition: {} },
    { taskDefinition: { containerDefinitions: {} } },
  ])('refuses %j', (value) => {
    expect(() => readDescribed(value)).toThrow('no task definition: expected');
  });

  it('reads containers that lack a name or an image, and none where there is no list', () => {
    expect(readContainers({ containerDefinitions: [{ image: 1 }] })).toMatchObject([{ name: '', image: '' }]);
    expect(readContainers({})).toEqual([]);
  });
});

describe('who registers for others', () => {
  it('says so in their name, and in no tag where there is none', () => {
    const tags = [
      { key: 'team', value: 'shop' },
      { key: 'slipway:rollout', value: 'prod/web/1' },
    ];
    expect(withRolloutTag({ family: 'web', tags }, 'prod/api/7')['tags']).toEqual([
      { key: 'team', value: 'shop' },
      { key: 'slipway:rollout', value: 'prod/api/7' },
    ]);
    expect(withRolloutTag({ family: 'web' }, 'prod/api/7')).toEqual({ family: 'web' });
  });

  it('is told from those that Slipway did not register', () => {
    expect(isOurs({ taskDefinition: {}, tags: [{ key: 'slipway:rollout', value: 'x' }] })).toBe(true);
    expect(isOurs({ taskDefinition: {}, tags: [{ key: 'team', value: 'x' }] })).toBe(false);
    expect(isOurs({ taskDefinition: {} })).toBe(false);
  });
});
