import { describe, expect, it } from 'vitest';
import { stackState } from '../../shared/aws/stack-state.ts';
import { Refused, Unavailable } from '../../shared/faults.ts';
import { aServer, bodyOf, type Heard, json, operationOf, type Say } from './http.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/slipway-dev-Rollouts.fifo';

function xml(outputs: Readonly<Record<string, string>>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<member><StackName>slipway-dev</StackName><Outputs>${members.join('')}</Outputs></member>`;
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

const isCloudFormation = ({ body }: Heard) => body.includes('Action=DescribeStacks');

function saying(outputs: Readonly<Record<string, string>>): Say {
  return (heard) => {
    if (isCloudFormation(heard)) return { headers: { 'content-type': 'text/xml' }, body: xml(outputs) };
    return json(operationOf(heard) === 'SendMessage' ? { MessageId: '1', MD5OfMessageBody: '' } : {});
  };
}

function at(url: string) {
  return { stack: 'slipway-dev', region: 'eu-west-1', credentials, endpoints: { aws: url, ecr: url } };
}

describe('the state of a deployed stack', () => {
  it('is found by the outputs of the stack', async () => {
    await using server = await aServer(
      saying({ TableName: 'slipway-dev-Table', RolloutsQueueUrl: queueUrl }),
    );
    const state = await stackState(at(server.url));
    expect(state.home).toEqual({ account: '111122223333', region: 'eu-west-1' });
    expect(await state.table.get({ pk: 'a', sk: 'b' })).toBeUndefined();
    expect(await state.images.tagsOf('shop/web', '1')).toBeUndefined();
    const [asked, read, described] = server.heard;
    expect(asked?.body).toContain('StackName=slipway-dev');
    expect(read === undefined ? {} : bodyOf(read)).toMatchObject({ TableName: 'slipway-dev-Table' });
    expect(described === undefined ? '' : operationOf(described)).toBe('DescribeImages');
  });

  it('is for reading alone', async () => {
    await using server = await aServer(saying({ TableName: 't', RolloutsQueueUrl: queueUrl }));
    const { table } = await stackState(at(server.url));
    await expect(table.write([])).rejects.toThrow(Refused);
  });

  it('of what is no stack of Slipway is refused', async () => {
    await using server = await aServer(saying({ BucketName: 'b' }));
    await expect(stackState(at(server.url))).rejects.toThrow(
      'the stack slipway-dev has no output RolloutsQueueUrl: is it a stack of Slipway?',
    );
  });

  it('of a stack that there is not is refused in CloudFormation’s words', async () => {
    const error =
      '<Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error>';
    await using server = await aServer(() => ({
      status: 400,
      body: `<ErrorResponse>${error}</ErrorResponse>`,
    }));
    await expect(stackState(at(server.url))).rejects.toThrow(/does not exist/);
    await expect(stackState(at(server.url))).rejects.toThrow(Refused);
  });

  it('that nobody serves is unavailable', async () => {
    await using server = await aServer(() => ({ status: 503 }));
    await expect(stackState(at(server.url))).rejects.toThrow(Unavailable);
  });
});
