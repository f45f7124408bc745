import { describe, expect, it } from 'vitest';
import { type Place, readingPorts } from '../../shared/aws/reading.ts';
import { Refused } from '../../shared/faults.ts';
import { aServer, bodyOf, json, operationOf } from './http.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

function place(url: string): Place {
  return { region: 'eu-west-1', credentials, endpoints: { ecs: url, ecr: url, dynamodb: url } };
}

describe('ports that only read', () => {
  it('refuse every write before anybody is asked', async () => {
    await using server = await aServer(() => json({}));
    const ports = readingPorts(place(server.url));
    const writes = [
      ports.services.update('demo', 'web', 'web:2'),
      ports.services.rollBack('arn'),
      ports.definitions.register({ family: 'web' }),
      ports.table('t').write([{ pk: 'a', sk: 'b', version: 1, body: {} }]),
    ];
    for (const write of writes) await expect(write).rejects.toThrow(Refused);
    expect(server.heard).toEqual([]);
  });

  it('read each service where they were told to', async () => {
    const said: Readonly<Record<string, object>> = {
      DescribeRegistry: { registryId: '123456789012' },
      ListTables: { TableNames: ['slipway-dev-Table'] },
      GetItem: { Item: { pk: { S: 'a' }, sk: { S: 'b' }, version: { N: '1' }, body: { M: {} } } },
      ListServices: { serviceArns: ['arn:aws:ecs:eu-west-1:123456789012:service/demo/web'] },
      DescribeTaskDefinition: { taskDefinition: { family: 'web' } },
    };
    await using server = await aServer((heard) => json(said[operationOf(heard)] ?? {}));
    const ports = readingPorts(place(server.url));
    expect(await ports.region()).toBe('eu-west-1');
    expect(await ports.account()).toBe('123456789012');
    expect(await ports.tableNames()).toEqual(['slipway-dev-Table']);
    expect(await ports.table('slipway-dev-Table').get({ pk: 'a', sk: 'b' })).toMatchObject({ version: 1 });
    expect(await ports.services.list('demo')).toEqual(['web']);
    expect(await ports.definitions.describe('web')).toEqual({ taskDefinition: { family: 'web' } });
    expect(await ports.images.tagsOf('shop/web', '1')).toBeUndefined();
    expect(server.heard.map(operationOf)).toEqual([...Object.keys(said), 'DescribeImages']);
    expect(server.heard.map((heard) => bodyOf(heard)['TableName'])).toContain('slipway-dev-Table');
  });
});
