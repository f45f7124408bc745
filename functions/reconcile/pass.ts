import { key } from '../../shared/domain/key.ts';
import { Unavailable } from '../../shared/faults.ts';
import type { Item, Key, Table } from '../../shared/ports.ts';
import { type PageMessage, type Part, partName } from './message.ts';

const passKey: Key = { pk: 'reconcile', sk: 'pass' };
const triesMax = 8;
const keptMs = 24 * 3_600_000;

/** One walk through everything. Its parts end in any order; what is selected afterwards sees all of them. */
export interface Pass {
  /** When it began. */
  readonly id: number;
  /** Names of the parts that go on. */
  readonly pending: readonly string[];
}

export async function currentPass(table: Table): Promise<Pass | undefined> {
  return read(await table.get(passKey));
}

function read(item: Item | undefined): Pass | undefined {
  const { id, pending } = item?.body ?? {};
  if (typeof id !== 'number' || !Array.isArray(pending)) return undefined;
  return { id, pending: pending.filter((one) => typeof one === 'string') };
}

/** Begins another pass, and returns the one before. */
export async function beginPass(table: Table, id: number, parts: readonly Part[]): Promise<Pass | undefined> {
  let before: Pass | undefined;
  await change(table, (known) => {
    before = known;
    return { id, pending: parts.map(partName) };
  });
  return before;
}

/** The part is over. True when that was the last one, also when it is said again; false for a pass that is over. */
export async function endPart(table: Table, id: number, part: Part): Promise<boolean> {
  const after = await change(table, (known) =>
    known?.id === id ? { id, pending: known.pending.filter((one) => one !== partName(part)) } : undefined,
  );
  return after !== undefined && after.pending.length === 0;
}

async function change(
  table: Table,
  next: (known: Pass | undefined) => Pass | undefined,
): Promise<Pass | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(passKey);
    const pass = next(read(item));
    if (pass === undefined) return undefined;
    const body = { v: 1, id: pass.id, pending: pass.pending };
    if ((await table.write([{ ...passKey, version: (item?.version ?? 0) + 1, body }])) === 'written')
      return pass;
  }
  throw new Unavailable('others kept writing how far the pass is');
}

/** Target's `service` → repositories that it runs, by id. */
export type Seen = Readonly<Record<string, readonly string[]>>;

function pagesKey(pass: number, part: Part): string {
  return `pass#${pass}#${partName(part)}`;
}

/** What a page held, for the end of the part. A page that comes again writes the same. */
export async function notePage(
  table: Table,
  { part, pass, token = '' }: PageMessage,
  seen: Seen,
): Promise<void> {
  const name: Key = { pk: pagesKey(pass, part), sk: `page#${key(token)}` };
  const known = await table.get(name);
  const body = { v: 1, seen };
  await table.write([{ ...name, version: (known?.version ?? 0) + 1, body, expiresAt: pass + keptMs }]);
}

/** Everything that the pages of a part held. */
export async function pagesOf(
  table: Table,
  { part, pass }: PageMessage,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const pages = await table.list(pagesKey(pass, part), 'page#');
  return new Map(pages.flatMap(({ body }) => Object.entries((body['seen'] ?? {}) as unknown as Seen)));
}
