import { Refused } from '../../shared/faults.ts';
import type { Table } from '../../shared/ports.ts';

/** Remembers nothing, and takes nothing. */
export const noTable: Table = {
  get: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
  due: () => Promise.resolve([]),
  write: () => Promise.reject(new Refused('ReadOnly', 'there is no table')),
};
