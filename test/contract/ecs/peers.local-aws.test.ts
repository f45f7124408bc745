import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownDifferences, knownFactsOf } from './known-differences.ts';
import { peerNames } from './peer-names.ts';
import { type Peer, startPeer } from './peers.ts';
import { judged, type Verdict } from './verdict.ts';

const installAndRunMs = 420_000;

/** With RECORD_CONTRACT=1 the answers are written anew; then the table of known differences has to follow. */
describe.each(peerNames)('%s', (name) => {
  let peer: Peer | undefined;
  let verdict: Verdict;

  beforeAll(async () => {
    peer = await startPeer[name]();
    verdict = await judged(peer);
  }, installAndRunMs);

  afterAll(async () => {
    await peer?.stop();
  });

  it('is asked for more than 250 facts, each of its own name', () => {
    const names = verdict.facts.map((fact) => fact.name);
    expect(names.length).toBeGreaterThan(250);
    expect(new Set(names).size).toBe(names.length);
  });

  it('answers as recorded', () => {
    const file = new URL(`recorded/${name}.json`, import.meta.url);
    if (process.env.RECORD_CONTRACT === '1') {
      writeFileSync(file, `${JSON.stringify(verdict.recorded, null, 2)}\n`);
    }
    expect(verdict.recorded).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('differs from AWS exactly where the table says so', () => {
    expect(verdict.differences.toSorted()).toEqual(knownFactsOf(name));
  });

  it('is judged by the sources that the table names', () => {
    const sources = new Map(verdict.facts.map((fact) => [fact.name, fact.source]));
    for (const { scenario, facts, source, peers } of knownDifferences) {
      if (!peers.includes(name)) continue;
      for (const fact of facts) expect(sources.get(`${scenario}: ${fact}`), fact).toBe(source);
    }
  });
});
