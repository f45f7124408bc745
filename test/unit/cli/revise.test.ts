import { describe, expect, it } from 'vitest';
import { aDescribed } from '../../builders/events.ts';
import { slipway } from './terminal.ts';

const image = `111122223333.dkr.ecr.eu-west-1.amazonaws.com:443/shop/web:1.4.2@sha256:${'b'.repeat(64)}`;
const described = JSON.stringify(aDescribed());
const toApp = ['revise', '--container', `app=${image}`];

describe('slipway revise', () => {
  it('prints what RegisterTaskDefinition would be sent', async () => {
    const { code, stdout, stderr } = await slipway([...toApp, '--container', 'proxy=envoy'], {
      stdin: described,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      family: 'web',
      containerDefinitions: [
        { name: 'app', image },
        { name: 'proxy', image: 'envoy' },
      ],
      tags: [{ key: 'team', value: 'shop' }],
    });
    expect(stdout).not.toContain('registeredAt');
  });

  it('keeps great numbers, unknown members, empty values and the order of all of them', async () => {
    const stdin =
      '\uFEFF{"taskDefinition":{"brandNew":{"limit":9007199254740993},"containerDefinitions":[{"image":"old","name":"app","command":[""],"environment":[]}],"family":"web","revision":3}}';
    const { stdout } = await slipway(['revise', '--container', 'app=new'], { stdin });
    expect(stdout).toBe(`{
  "brandNew": {
    "limit": 9007199254740993
  },
  "containerDefinitions": [
    {
      "image": "new",
      "name": "app",
      "command": [
        ""
      ],
      "environment": []
    }
  ],
  "family": "web"
}
`);
  });

  it('keeps the tags but AWS’s own, and an earlier rollout’s', async () => {
    const tags = [
      { key: 'aws:cloudformation:stack-name', value: 'web' },
      { key: 'slipway:rollout', value: 'prod/web/7' },
      { key: 'team', value: '' },
    ];
    const { stdout } = await slipway(toApp, { stdin: JSON.stringify({ ...aDescribed(), tags }) });
    expect(JSON.parse(stdout)).toMatchObject({ tags: tags.slice(1) });
  });

  it.each([
    ['nothing', '', 'nothing on standard input: pipe the answer of DescribeTaskDefinition into it'],
    ['no JSON', '{"taskDefinition":', 'standard input is no JSON: '],
    [
      'JSON of something else',
      '{"services":[]}',
      'no task definition: expected {"taskDefinition": {"containerDefinitions": […]}}',
    ],
    ['too much', ' '.repeat(4 * 1024 * 1024 + 1), 'standard input is longer than 4194304 bytes'],
  ])('refuses %s in one line', async (_what, stdin, words) => {
    const { code, stdout, stderr } = await slipway(toApp, { stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^slipway: .*\n$/);
    expect(stderr).toContain(words);
  });

  it.each([
    [
      'a container that is not there',
      ['--container', 'web=x'],
      'no container named web in the task definition: it has app, proxy',
    ],
    ['a container twice', ['--container', 'app=x', '--container', 'app=y'], '--container names app twice'],
  ])('refuses %s in one line', async (_what, args, words) => {
    expect(await slipway(['revise', ...args], { stdin: described })).toEqual({
      code: 1,
      stdout: '',
      stderr: `slipway: ${words}\n`,
    });
  });

  it.each([
    ['no container', []],
    ['no image', ['--container', 'app']],
    ['an empty image', ['--container', 'app=']],
    ['an empty name', ['--container', '=x']],
    ['an image with a space', ['--container', 'app=a b']],
    ['an image with a second =', ['--container', 'app=a=b']],
    ['an unknown option', ['--container', 'app=x', '--image', 'y']],
    ['an argument', ['--container', 'app=x', 'task.json']],
  ])('%s is wrong usage', async (_what, args) => {
    expect(await slipway(['revise', ...args], { stdin: described })).toMatchObject({ code: 2, stdout: '' });
  });

  it('its help shows how it is used', async () => {
    expect((await slipway(['revise', '--help'])).stdout).toContain('| slipway revise --container app=');
  });
});
