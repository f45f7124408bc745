import { describe, expect, it } from 'vitest';
import { AwsError } from '../../sandbox/ecs/aws-error.ts';
import { rememberedDefinitions } from '../../shared/aws/task-definitions.ts';
import {
  isJsonObject,
  type JsonObject,
  parseLossless,
  printLossless,
} from '../../shared/domain/lossless-json.ts';
import { readDescribed, revise } from '../../shared/domain/task-definition/revise.ts';
import { OutcomeUnknown, Refused, Throttled, Unavailable } from '../../shared/faults.ts';
import { aContainer, aDefinition, anEcs, arn } from './ecs-world.ts';
import { operationOf } from './http.ts';
import { isSigned } from './signature.ts';

const huge = '12345678901234567890123';
/** Members that no SDK of today knows, numbers that no double holds, text that is not ASCII. */
const tomorrow = parseLossless(`{
  "tomorrowsMember": { "depth": { "wide": [1, { "count": ${huge} }, "", []] }, "empty": {} },
  "fraction": 1.10, "exponent": 1E400, "unicode": "naïve \\ud83d\\ude80"
}`) as JsonObject;

describe('a task definition through the SDK', () => {
  it('keeps unknown members and every digit, from Describe to Register', async () => {
    await using ecs = await anEcs();
    ecs.model.handle(
      'RegisterTaskDefinition',
      aDefinition({ ...tomorrow, containerDefinitions: [aContainer(tomorrow)] }),
    );
    const described = await ecs.definitions.describe('web:1');
    const input = revise(readDescribed(described), {
      images: { app: 'shop/web@sha256:1' },
      rollout: 'demo/web/1',
    });
    const answer = await ecs.definitions.register(input);

    const stored = printLossless(
      definitionOf(ecs.model.handle('DescribeTaskDefinition', { taskDefinition: 'web:2' })),
    );
    for (const text of [printLossless(described), printLossless(input), printLossless(answer), stored]) {
      expect(text).toContain(printLossless(tomorrow).slice(1, -1));
    }
    expect(ecs.heard.at(-1)?.body).toBe(printLossless(input));
    expect(definitionOf(answer)).toMatchObject({ revision: 2 });
  });

  it('is sent with the length in bytes and a signature of what is really sent', async () => {
    await using ecs = await anEcs();
    await ecs.definitions.register(aDefinition(tomorrow));
    const [sent] = ecs.heard;
    if (sent === undefined) throw new Error('nothing was sent');
    expect(operationOf(sent)).toBe('RegisterTaskDefinition');
    expect(sent.headers['content-length']).toBe(String(Buffer.byteLength(sent.body)));
    expect(Buffer.byteLength(sent.body)).toBeGreaterThan(sent.body.length);
    expect(isSigned(sent, 'secret-of-the-test')).toBe(true);
    expect(isSigned({ ...sent, body: `${sent.body} ` }, 'secret-of-the-test')).toBe(false);
  });

  it('is described with its tags, and the tags are sent again', async () => {
    await using ecs = await anEcs();
    await ecs.definitions.register(aDefinition({ tags: [{ key: 'team', value: '' }] }));
    expect(await ecs.definitions.describe('web')).toMatchObject({ tags: [{ key: 'team', value: '' }] });
  });

  it('is asked for each time, for its tags may have changed', async () => {
    await using ecs = await anEcs();
    await ecs.definitions.register(aDefinition());
    for (const name of ['web:1', 'web:1']) await ecs.definitions.describe(name);
    expect(ecs.endpoint.ledger.count('DescribeTaskDefinition')).toBe(2);
  });

  it('remembered, it is asked for once when it is named by its ARN, and tells no tags', async () => {
    await using ecs = await anEcs();
    const definitions = rememberedDefinitions(ecs.definitions);
    await ecs.definitions.register(aDefinition());
    const revision = arn('task-definition/web:1');
    for (const name of [revision, revision, 'web', 'web', 'web:1', 'web:1'])
      expect(await definitions.describe(name)).not.toHaveProperty('tags');
    expect(ecs.endpoint.ledger.count('DescribeTaskDefinition')).toBe(5);
  });

  it('lists a family page by page, newest first, as far as somebody reads', async () => {
    await using ecs = await anEcs({ shortPages: true });
    for (let count = 0; count < 105; count += 1) ecs.model.handle('RegisterTaskDefinition', aDefinition());
    const [revisions, some]: [string[], string[]] = [[], []];
    for await (const revision of ecs.definitions.revisions('web')) revisions.push(revision);
    expect(revisions).toEqual(Array.from({ length: 105 }, (_, at) => arn(`task-definition/web:${105 - at}`)));
    const pages = ecs.endpoint.ledger.count('ListTaskDefinitions');
    expect(pages).toBeGreaterThan(1);
    for await (const revision of ecs.definitions.revisions('web')) if (some.push(revision) === 2) break;
    expect(ecs.endpoint.ledger.count('ListTaskDefinitions')).toBe(pages + 1);
  });
});

describe('one attempt to register', () => {
  it('whose answer is lost is not repeated: its outcome is unknown, and a revision exists', async () => {
    await using ecs = await anEcs();
    ecs.endpoint.faults.dropAnswerAfter('RegisterTaskDefinition');
    await expect(ecs.definitions.register(aDefinition())).rejects.toThrow(OutcomeUnknown);
    expect(ecs.endpoint.ledger.count('RegisterTaskDefinition')).toBe(1);
    expect(ecs.model.handle('ListTaskDefinitions', {})['taskDefinitionArns']).toHaveLength(1);
  });

  it('that a server error or a cut connection ends is not repeated either', async () => {
    await using ecs = await anEcs();
    ecs.endpoint.faults.dropBefore('RegisterTaskDefinition');
    await expect(ecs.definitions.register(aDefinition())).rejects.toThrow(OutcomeUnknown);
    const down = new AwsError('ServerException', 'Service Unavailable.', { status: 503 });
    ecs.endpoint.faults.fail('RegisterTaskDefinition', down, 1);
    await expect(ecs.definitions.register(aDefinition())).rejects.toThrow(OutcomeUnknown);
    expect(ecs.endpoint.ledger.count('RegisterTaskDefinition')).toBe(2);
  });

  it('that ECS refuses says so in its words, once', async () => {
    await using ecs = await anEcs();
    const refused = ecs.definitions.register({ family: 'web', containerDefinitions: [] });
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toMatchObject({
      code: 'ClientException',
      message: expect.stringContaining('ontainer'),
    });
    expect(ecs.endpoint.ledger.count()).toBe(1);
  });

  it.each([
    ['ThrottlingException', 'Rate exceeded'],
    ['ClientException', 'Too many concurrent attempts to create a new revision of the specified family.'],
  ])('that is throttled (%s: %s) had no effect, and is not repeated here', async (code, message) => {
    await using ecs = await anEcs();
    ecs.endpoint.faults.fail('RegisterTaskDefinition', new AwsError(code, message), 1);
    const registered = ecs.definitions.register(aDefinition());
    await expect(registered).rejects.toThrow(Throttled);
    await expect(registered).rejects.toThrow(`RegisterTaskDefinition: ${code}: ${message}`);
    expect(ecs.endpoint.ledger.count('RegisterTaskDefinition')).toBe(1);
  });

  it('that meets a quota is refused', async () => {
    await using ecs = await anEcs();
    const quota = new AwsError('LimitExceededException', 'Limit of revisions.');
    ecs.endpoint.faults.fail('RegisterTaskDefinition', quota, 1);
    await expect(ecs.definitions.register(aDefinition())).rejects.toThrow(Refused);
  });

  it('with late credentials had no effect either', async () => {
    await using ecs = await anEcs();
    const late = new AwsError('ExpiredTokenException', 'The security token is expired.');
    ecs.endpoint.faults.fail('RegisterTaskDefinition', late, 1);
    const registered = ecs.definitions.register(aDefinition());
    await expect(registered).rejects.toThrow(Unavailable);
    await expect(registered).rejects.not.toThrow(Throttled);
  });
});

describe('reading a task definition', () => {
  it('survives two lost answers', async () => {
    await using ecs = await anEcs();
    await ecs.definitions.register(aDefinition());
    ecs.endpoint.faults.dropBefore('DescribeTaskDefinition');
    ecs.endpoint.faults.throttle('DescribeTaskDefinition', 1);
    expect(definitionOf(await ecs.definitions.describe('web'))).toMatchObject({ family: 'web' });
  });

  it('is throttled after three tries, with the operation in its words', async () => {
    await using ecs = await anEcs();
    ecs.endpoint.faults.throttle('DescribeTaskDefinition', 3);
    const described = ecs.definitions.describe('web');
    await expect(described).rejects.toThrow(Throttled);
    await expect(described).rejects.toThrow('DescribeTaskDefinition: ThrottlingException: Rate exceeded');
    expect(ecs.endpoint.ledger.count()).toBe(3);
  });

  it('is refused where there is none', async () => {
    await using ecs = await anEcs();
    const described = ecs.definitions.describe('none');
    await expect(described).rejects.toThrow(Refused);
    await expect(described).rejects.toMatchObject({ code: 'ClientException', message: /Unable to describe/ });
  });

  it('translates what stops a list of revisions', async () => {
    await using ecs = await anEcs();
    ecs.endpoint.faults.throttle('ListTaskDefinitions', 3);
    await expect(ecs.definitions.revisions('web')[Symbol.asyncIterator]().next()).rejects.toThrow(
      Unavailable,
    );
  });
});

function definitionOf(answer: JsonObject): JsonObject {
  const { taskDefinition } = answer;
  return isJsonObject(taskDefinition) ? taskDefinition : {};
}
