import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRegistryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { Refused } from '../faults.ts';
import type { Images, Services, Table, TaskDefinitions } from '../ports.ts';
import { clientSettings } from './client-settings.ts';
import { asking } from './errors.ts';
import { images } from './images.ts';
import { services } from './services.ts';
import { dynamoTable } from './table.ts';
import { taskDefinitions } from './task-definitions.ts';

/** Where to ask: AWS as the environment and the profile say, or what stands for it on this machine. */
export interface Place {
  readonly region?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly endpoints?:
    | { readonly ecs: string; readonly ecr: string; readonly dynamodb?: string | undefined }
    | undefined;
}

export interface ReadingPorts {
  readonly images: Images;
  readonly services: Services;
  readonly definitions: TaskDefinitions;
  table(name: string): Table;
  tableNames(): Promise<readonly string[]>;
  /** Whose registry is asked: the account. */
  account(): Promise<string>;
  /** Undefined where nothing names a Region. */
  region(): Promise<string | undefined>;
}

/** Ports for somebody who only looks. Whatever would change anything is refused here, before anybody is asked. */
export function readingPorts({ region, credentials, endpoints }: Place): ReadingPorts {
  const settings = {
    ...clientSettings,
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const ecs = new ECSClient({ ...settings, ...at(endpoints?.ecs) });
  const ecr = new ECRClient({ ...settings, ...at(endpoints?.ecr) });
  const dynamodb = new DynamoDBClient({ ...settings, ...at(endpoints?.dynamodb) });
  return {
    images: images(ecr),
    services: { ...services(ecs), update: refuse, rollBack: refuse },
    definitions: { ...taskDefinitions(ecs), register: refuse },
    table: (name) => ({ ...dynamoTable(name, dynamodb), write: refuse }),
    async tableNames() {
      const answer = await asking('ListTables', () => dynamodb.send(new ListTablesCommand({})));
      return answer.TableNames ?? [];
    },
    async account() {
      const answer = await asking('DescribeRegistry', () => ecr.send(new DescribeRegistryCommand({})));
      return answer.registryId ?? '';
    },
    region: () => ecr.config.region().catch(() => undefined),
  };
}

function at(endpoint: string | undefined): { readonly endpoint?: string } {
  return endpoint === undefined ? {} : { endpoint };
}

function refuse(): Promise<never> {
  return Promise.reject(new Refused('ReadOnly', 'only reads are allowed here'));
}
