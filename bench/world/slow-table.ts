import type { Table } from '../../shared/ports.ts';
import type { VirtualTime } from './virtual-time.ts';

const readMs = 4;
const writeMs = 8;

/** A table that answers as fast as DynamoDB does. A write takes effect halfway. */
export function slowTable(table: Table, time: VirtualTime): Table {
  return {
    async get(key) {
      await time.pass(readMs);
      return table.get(key);
    },
    async list(pk, skPrefix) {
      await time.pass(readMs);
      return table.list(pk, skPrefix);
    },
    async due(list, upTo, limit) {
      await time.pass(readMs);
      return table.due(list, upTo, limit);
    },
    async write(items) {
      await time.pass(writeMs / 2);
      const written = await table.write(items);
      await time.pass(writeMs / 2);
      return written;
    },
  };
}
