import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensurePython, PythonMissing } from '../../../../sandbox/local-aws/python.ts';

let root = '';
let said: string[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-python-'));
  said = [];
  await mkdir(join(root, 'bin'));
  vi.stubEnv('PATH', join(root, 'bin'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const ensure = () => ensurePython({ root, say: (line) => said.push(line) });

/** A program of this name that says this version and then does what the script says. */
async function program(name: string, version: string, script = 'exit 1'): Promise<void> {
  const path = join(root, 'bin', name);
  await writeFile(path, `#!/bin/sh\nif [ "$1" = -c ]; then echo ${version}; exit 0; fi\n${script}\n`);
  await chmod(path, 0o755);
}

describe('the private Python', () => {
  it('says what to install when there is no Python', async () => {
    await expect(ensure()).rejects.toBeInstanceOf(PythonMissing);
    await expect(ensure()).rejects.toThrow(
      /needs Python 3\.10 or newer on the PATH \(none was found\)\. .*apt install/,
    );
  });

  it('says which Pythons are too old', async () => {
    await program('python3', '3.9.18');
    await program('python', '2.7.18');
    await expect(ensure()).rejects.toThrow(/\(found only 3\.9\.18, 2\.7\.18\)/);
  });

  it('says what is missing when Python makes no virtual environment', async () => {
    await program('python3', '3.11.2');
    await expect(ensure()).rejects.toThrow(/Python 3\.11\.2 cannot make .*apt install python3-venv/);
    expect(said).toEqual([expect.stringContaining('with Python 3.11.2')]);
  });

  it('says that packages could not be had, with the reason of pip', async () => {
    const broken =
      'if [ "$3" = config ]; then exit 0; fi; echo "ERROR: No matching distribution" >&2; exit 1';
    const venv = `/bin/mkdir -p "$3/bin"; printf '#!/bin/sh\\n${broken}\\n' > "$3/bin/python"; /bin/chmod 755 "$3/bin/python"`;
    await program('python3', '3.12.1', venv);
    await expect(ensure()).rejects.toThrow(/ministack could not be installed from PyPI: ERROR: No matching/);
  });

  it('tries again after a failure, and leaves no lock behind', async () => {
    await program('python3', '3.11.2');
    await expect(ensure()).rejects.toThrow(/cannot make/);
    await expect(ensure()).rejects.toThrow(/cannot make/);
    expect(said).toHaveLength(2);
  });
});
