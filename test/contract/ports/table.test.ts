import { describe, it } from 'vitest';
import { MemoryTable } from '../../../sandbox/embedded/memory-table.ts';
import { tableCases } from './table-cases.ts';
import { tableLoadCases } from './table-load-cases.ts';

describe('the table in memory', () => {
  it.each([...tableCases, ...tableLoadCases])('$name', ({ run }) =>
    run({ table: new MemoryTable(), pk: 'target#a', list: 'target' }),
  );
});
