import { parseRevisionArn } from '../domain/arn.ts';
import {
  asText,
  isJsonObject,
  type JsonObject,
  parseLossless,
  printLossless,
} from '../domain/lossless-json.ts';
import type { Item, Key, Table, TaskDefinitions } from '../ports.ts';

/** An item holds 400 KB in all. Definitions are at most 64 KiB, so a longer one is nobody's. */
const bytesMax = 350_000;

function keyOf(arn: string): Key {
  return { pk: `definition#${arn}`, sk: 'content' };
}

/**
 * A revision that is named by its ARN is described once ever, tags as they were then: its content never changes. A family, or
 * a revision by its short name, is always asked for.
 */
export function storedDefinitions(definitions: TaskDefinitions, table: Table): TaskDefinitions {
  return {
    describe: (revision) => describe(revision, { definitions, table }),
    register: (input) => definitions.register(input),
    revisions: (family) => definitions.revisions(family),
  };
}

interface Ports {
  readonly definitions: TaskDefinitions;
  readonly table: Table;
}

async function describe(revision: string, { definitions, table }: Ports): Promise<JsonObject> {
  if (parseRevisionArn(revision) === undefined) return definitions.describe(revision);
  const item = await table.get(keyOf(revision));
  const known = contentOf(item);
  if (known !== undefined) return known;
  const described = await definitions.describe(revision);
  await keep(revision, { described, before: item, table });
  return described;
}

interface Kept {
  readonly described: JsonObject;
  readonly before: Item | undefined;
  readonly table: Table;
}

/** As text: the table's own numbers would not give each one back as it was written. Whoever writes first is as right. */
async function keep(revision: string, { described, before, table }: Kept): Promise<void> {
  const text = printLossless(described);
  if (Buffer.byteLength(text) > bytesMax) return;
  await table.write([{ ...keyOf(revision), version: (before?.version ?? 0) + 1, body: { v: 1, text } }]);
}

function contentOf(item: Item | undefined): JsonObject | undefined {
  const { v, text } = item?.body ?? {};
  if (v !== 1) return undefined;
  const content = parseLossless(asText(text) ?? 'null');
  return isJsonObject(content) ? content : undefined;
}
