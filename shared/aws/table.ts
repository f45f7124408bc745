import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { JsonObject } from '../domain/lossless-json.ts';
import { Unavailable } from '../faults.ts';
import type { Item, Key, Table } from '../ports.ts';
import { clientSettings } from './client-settings.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const transactMax = 100;

type Attributes = Record<string, unknown>;

export function dynamoTable(name: string, client = new DynamoDBClient(clientSettings)): Table {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    async get(key) {
      const command = new GetCommand({ TableName: name, Key: keyOnly(key), ConsistentRead: true });
      const { Item: found } = await asking('GetItem', () => documents.send(command));
      return found === undefined ? undefined : toItem(found);
    },
    list: (pk, skPrefix) => asking('Query', () => list({ documents, name }, pk, skPrefix)),
    write: (items) => write({ documents, name }, items),
    async due(list, upTo, limit) {
      const command = new QueryCommand({
        TableName: name,
        IndexName: 'due',
        KeyConditionExpression: 'dueList = :list AND dueAt <= :upTo',
        ExpressionAttributeValues: { ':list': list, ':upTo': sortable(upTo) },
        Limit: limit,
      });
      const { Items = [] } = await asking('Query', () => documents.send(command));
      return Items.map((found) => keyOnly(found as unknown as Key));
    },
  };
}

async function asking<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw unavailable(operation, error);
  }
}

/** Whatever our own table says no to, the work that needs it has to wait: nobody takes it for ECS's refusal. */
function unavailable(operation: string, error: unknown): Unavailable {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new Unavailable(`the table: ${operation}: ${words}`, { cause: error });
}

interface Place {
  readonly documents: DynamoDBDocumentClient;
  readonly name: string;
}

async function list({ documents, name }: Place, pk: string, skPrefix: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  const pages = paginateQuery(
    { client: documents },
    {
      TableName: name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': pk, ':sk': skPrefix },
    },
  );
  for await (const { Items = [] } of pages) items.push(...Items.map(toItem));
  return items;
}

async function write({ documents, name }: Place, items: readonly Item[]): Promise<'written' | 'conflict'> {
  if (items.length > transactMax) throw new RangeError(`more than ${transactMax} items in one write`);
  const puts = items.map((item) => ({ Put: { TableName: name, ...put(item) } }));
  const [only, ...more] = puts;
  if (only === undefined) return 'written';
  try {
    if (more.length === 0) await documents.send(new PutCommand(only.Put));
    else await documents.send(new TransactWriteCommand({ TransactItems: puts }));
    return 'written';
  } catch (error) {
    if (isConflict(error)) return 'conflict';
    throw unavailable('write', error);
  }
}

/** The version before, or none: whoever writes on an older reading loses. */
function put(item: Item) {
  if (item.version === 1)
    return { Item: toAttributes(item), ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    Item: toAttributes(item),
    ConditionExpression: 'version = :before',
    ExpressionAttributeValues: { ':before': item.version - 1 },
  };
}

const conflicts = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ConditionalCheckFailedException' || error.name === 'TransactionConflictException')
    return true;
  const reasons: unknown = Reflect.get(error, 'CancellationReasons');
  const codes = Array.isArray(reasons)
    ? reasons.map((reason: { Code?: string }) => reason.Code ?? 'None')
    : [];
  return (
    error.name === 'TransactionCanceledException' &&
    codes.some((code) => conflicts.has(code)) &&
    codes.every((code) => code === 'None' || conflicts.has(code))
  );
}

function keyOnly({ pk, sk }: Key): Key & Attributes {
  return { pk, sk };
}

function toAttributes({ pk, sk, version, body, due, expiresAt }: Item): Attributes {
  return {
    pk,
    sk,
    version,
    body,
    dueList: due?.list,
    dueAt: due === undefined ? undefined : sortable(due.at),
    dueSince: due?.since,
    expiresAt: expiresAt === undefined ? undefined : Math.ceil(expiresAt / 1_000),
  };
}

function dueOf(list: string, at: unknown, since: unknown): Item['due'] {
  const due = { list, at: Date.parse(String(at)) };
  return typeof since === 'number' ? { ...due, since } : due;
}

function toItem({ pk, sk, version, body, dueList, dueAt, dueSince, expiresAt }: Attributes): Item {
  return {
    pk: String(pk),
    sk: String(sk),
    version: Number(version),
    body: body as JsonObject,
    due: typeof dueList === 'string' ? dueOf(dueList, dueAt, dueSince) : undefined,
    expiresAt: typeof expiresAt === 'number' ? expiresAt * 1_000 : undefined,
  };
}

/** Text that sorts as the times do. */
function sortable(at: number): string {
  return new Date(at).toISOString();
}
