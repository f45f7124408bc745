import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMiniStack } from '../../../sandbox/local-aws/ministack.ts';
import { findNode24 } from '../../../sandbox/local-aws/node-24.ts';
import { ensurePython } from '../../../sandbox/local-aws/python.ts';
import type { EndpointSettings, Patience } from './endpoint.ts';
import { ensureMoto, root } from './environment.ts';
import type { PeerName } from './peer-names.ts';

export interface Peer extends EndpointSettings {
  stop(): Promise<void>;
}

/** Other stand-ins for ECS, started for the suite alone. Neither lives through states, so patience is short. */
export const startPeer: Readonly<Record<PeerName, () => Promise<Peer>>> = {
  async ministack() {
    const ministack = await startMiniStack({
      python: await ensurePython({ root }),
      node: await findNode24(root),
    });
    return { url: ministack.url, subnet: 'subnet-0a1b2c3d', patience, stop: () => ministack.stop() };
  },
  async moto() {
    const python = await ensureMoto();
    const folder = await mkdtemp(join(tmpdir(), 'slipway-moto-'));
    const env = { PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: folder, PYTHONUNBUFFERED: '1' };
    const script = join(import.meta.dirname, 'moto_server.py');
    const child = spawn(python, [script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const stop = () => end(child, folder);
    try {
      const url = `http://127.0.0.1:${await firstLine(child)}`;
      return { url, subnet: await defaultSubnet(url), patience, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

const patience: Patience = { looks: 4, pause: () => sleep(50) };
const startMs = 30_000;
const endMs = 4_000;

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('moto has no standard output');
  const [line] = await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(startMs) });
  return String(line);
}

/** moto takes only subnets that its EC2 has. */
async function defaultSubnet(url: string): Promise<string> {
  const scope = '20261101/eu-west-1/ec2/aws4_request';
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host, Signature=00` },
    body: new URLSearchParams({ Action: 'DescribeSubnets', Version: '2016-11-15' }),
    signal: AbortSignal.timeout(startMs),
  });
  const subnet = /<subnetId>(subnet-[0-9a-f]+)</.exec(await response.text())?.[1];
  if (subnet === undefined) throw new Error('moto has no default subnet');
  return subnet;
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(endMs) });
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}
