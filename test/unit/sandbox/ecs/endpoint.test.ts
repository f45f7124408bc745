import {
  DescribeServicesCommand,
  ECSClient,
  paginateListServices,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../sandbox/ecs/aws-error.ts';
import {
  type EcsEndpoint,
  type EndpointOptions,
  startEcsEndpoint,
} from '../../../../sandbox/ecs/endpoint.ts';
import { EcsWorld, network } from './world.ts';

const open: EcsEndpoint[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((endpoint) => endpoint.close()));
});

async function served(world = new EcsWorld().settled(), options: EndpointOptions = {}) {
  const endpoint = await startEcsEndpoint(world.model, options);
  open.push(endpoint);
  const credentials = { accessKeyId: 'someone', secretAccessKey: 'x', sessionToken: 'session' };
  const client = new ECSClient({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  return { world, endpoint, client };
}

const headers = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeClusters',
};
const target = (name: string): RequestInit => ({ headers: { ...headers, 'x-amz-target': name } });
const post = (url: string, init: RequestInit = {}) =>
  fetch(url, { method: 'POST', headers, body: '{}', ...init });

describe('the endpoint', () => {
  it('serves the AWS SDK, times included', async () => {
    const { client, endpoint, world } = await served();
    const { services = [] } = await client.send(
      new DescribeServicesCommand({ cluster: 'demo', services: ['web'] }),
    );
    const [service] = services;
    expect(service?.deployments?.[0]).toMatchObject({ rolloutState: 'COMPLETED', runningCount: 1 });
    expect(service?.createdAt?.getTime()).toBe(world.clock.now() - 300_000);
    const pages: string[][] = [];
    for await (const { serviceArns = [] } of paginateListServices({ client }, { cluster: 'demo' }))
      pages.push(serviceArns);
    expect(pages.flat()).toHaveLength(1);
    expect(endpoint.ledger.byOperation()).toEqual({ DescribeServices: 1, ListServices: 1 });
    expect(endpoint.ledger.calls[0]).toMatchObject({ accessKey: 'someone', status: 200 });
  });

  it('W1 (recorded): errors have a type without namespace, and the SDK knows them', async () => {
    const { client, endpoint } = await served();
    await expect(
      client.send(new UpdateServiceCommand({ cluster: 'nope', service: 'web' })),
    ).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
    const response = await post(endpoint.url, { body: '{"clusters":"demo"}' });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[\w-]{36}$/);
    expect(await response.json()).toEqual({
      __type: 'SerializationException',
      message: 'Unrecognized collection type class java.lang.String: clusters',
    });
    expect(endpoint.ledger.calls.map(({ error }) => error)).toEqual([
      'ClusterNotFoundException',
      'SerializationException',
    ]);
  });

  it('W1 (recorded): times are numbers with an exponent, and container definitions are left as they are', async () => {
    const { endpoint } = await served();
    const body =
      '{"family":"raw","containerDefinitions":[{"name":"a","image":"b","memory":64,"createdAt":1700000000,"n":9007199254740993}]}';
    const response = await post(endpoint.url, {
      body,
      ...target('AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition'),
    });
    const raw = await response.text();
    expect(raw).toMatch(/"registeredAt":1\.\d+E9/);
    expect(raw).toContain('"createdAt":1700000000,"n":9007199254740993');
  });

  it.each<{ what: string; init: RequestInit; status: number; type: string }>([
    { what: 'another method', init: { method: 'GET', body: null }, status: 405, type: 'MethodNotAllowed' },
    {
      what: 'another service',
      init: target('DynamoDB_20120810.ListTables'),
      status: 404,
      type: 'UnknownOperationException',
    },
    {
      what: 'another protocol',
      init: { headers: { ...headers, 'content-type': 'application/cbor' } },
      status: 415,
      type: 'UnsupportedMediaTypeException',
    },
    {
      what: 'an unknown operation',
      init: target('AmazonEC2ContainerServiceV20141113.Nope'),
      status: 400,
      type: 'UnknownOperationException',
    },
    { what: 'no JSON', init: { body: '{' }, status: 400, type: 'SerializationException' },
    { what: 'a list', init: { body: '[]' }, status: 400, type: 'SerializationException' },
    {
      what: 'a long body',
      init: { body: ' '.repeat(1_048_577) },
      status: 413,
      type: 'RequestEntityTooLargeException',
    },
  ])('refuses $what', async ({ init, status, type }) => {
    const { endpoint } = await served();
    const response = await post(endpoint.url, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ __type: type });
  });

  it('asks whether the caller may', async () => {
    const asked: unknown[] = [];
    const authorize: EndpointOptions['authorize'] = (call) => {
      asked.push(call);
      if (call.operation === 'UpdateService')
        throw new AwsError('AccessDeniedException', 'User is not authorized');
    };
    const { client } = await served(undefined, { authorize });
    await client.send(new DescribeServicesCommand({ cluster: 'demo', services: ['web'] }));
    await expect(
      client.send(new UpdateServiceCommand({ cluster: 'demo', service: 'web' })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(asked[0]).toMatchObject({
      operation: 'DescribeServices',
      accessKey: 'someone',
      sessionToken: 'session',
      input: { cluster: 'demo', services: ['web'] },
    });
  });

  it('a lost answer has its effect, once', async () => {
    const { client, endpoint, world } = await served();
    const request = new RegisterTaskDefinitionCommand({
      family: 'lost',
      containerDefinitions: [{ name: 'a', image: 'b', memory: 64 }],
    });
    endpoint.faults.dropAnswerAfter('RegisterTaskDefinition');
    await expect(client.send(request)).rejects.toThrow();
    expect(world.call('ListTaskDefinitions', { familyPrefix: 'lost' })['taskDefinitionArns']).toHaveLength(1);
    expect((await client.send(request)).taskDefinition?.revision).toBe(2);
    expect(endpoint.ledger.calls.map(({ status }) => status)).toEqual([0, 200]);
  });

  it('plants faults that are used up', async () => {
    const { client, endpoint, world } = await served();
    const request = new RunTaskCommand({
      cluster: 'demo',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: network_(),
    });
    endpoint.faults.dropBefore('RunTask');
    endpoint.faults.throttle('RunTask', 2);
    endpoint.faults.fail('RunTask', new AwsError('ServerException', 'Sorry', { status: 500 }), 1);
    await expect(client.send(request)).rejects.toThrow();
    expect(world.tasks()).toHaveLength(1);
    for (const name of ['ThrottlingException', 'ThrottlingException', 'ServerException']) {
      await expect(client.send(request)).rejects.toMatchObject({ name });
    }
    expect((await client.send(request)).tasks).toHaveLength(1);
    endpoint.faults.throttle('RunTask', 5);
    endpoint.faults.clear();
    expect((await client.send(request)).failures).toEqual([]);
    endpoint.ledger.clear();
    expect(endpoint.ledger.count()).toBe(0);
  });

  it('listens on loopback alone, on a free port', async () => {
    const { endpoint } = await served();
    expect(endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

function network_() {
  const { subnets, securityGroups } = network.awsvpcConfiguration;
  return { awsvpcConfiguration: { subnets: [...subnets], securityGroups: [...securityGroups] } };
}
