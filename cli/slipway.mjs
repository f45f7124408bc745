#!/usr/bin/env node
// Plain JavaScript that any Node reads: finds a Node that runs TypeScript, then starts main.ts.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const oldest = 24;
const failed = 70;

if (Number.parseInt(process.versions.node, 10) >= oldest) {
  const { main } = await import('./main.ts');
  await main(process);
} else {
  startAgain(bundledNode());
}

/** The Node that `npm ci` installs on Linux, as an optional dependency. */
function bundledNode() {
  try {
    const name = `node-linux-${process.arch}`;
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin', 'node');
  } catch {
    return undefined;
  }
}

function startAgain(node) {
  if (node === undefined || process.env.SLIPWAY_STARTED_AGAIN !== undefined) {
    refuse(`Slipway needs Node ${oldest} or newer, and this is ${process.version}. Install Node ${oldest}.`);
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, SLIPWAY_STARTED_AGAIN: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`Slipway could not start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? failed;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = failed;
}
