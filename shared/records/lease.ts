import type { Table } from '../ports.ts';

/** Holds a name for so long unless somebody else does. Nobody has to give it back. */
export async function takeLease(
  table: Table,
  name: string,
  { now, ms }: { readonly now: number; readonly ms: number },
): Promise<boolean> {
  const key = { pk: `lease#${name}`, sk: 'lease' };
  const held = await table.get(key);
  if (Number(held?.body['until'] ?? 0) > now) return false;
  const lease = { ...key, version: (held?.version ?? 0) + 1, body: { v: 1, until: now + ms } };
  return (await table.write([lease])) === 'written';
}
