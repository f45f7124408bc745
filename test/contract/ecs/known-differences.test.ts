import { describe, expect, it } from 'vitest';
import { knownDifferences, knownFactsOf } from './known-differences.ts';
import { peerNames } from './peer-names.ts';

describe('the table of known differences', () => {
  it.each(peerNames)('names each fact of %s once', (peer) => {
    const names = knownFactsOf(peer);
    expect(names).toEqual([...new Set(names)]);
    expect(names.length).toBeGreaterThan(60);
  });

  it.each(knownDifferences)('$scenario: says what AWS answers ($aws), and where that is written', (row) => {
    expect(row.aws).not.toBe('');
    expect(row.does).not.toBe('');
    expect(row.source).toMatch(/^https:\/\//);
    expect(row.facts.length).toBeGreaterThan(0);
  });
});
