import { describe, expect, it } from 'vitest';
import { readPipSettings } from '../../../../sandbox/local-aws/pip-settings.ts';

describe('the settings of pip that are taken over', () => {
  it('are where packages come from and nothing else', () => {
    const listing = [
      "global.index-url='https://mirror.example/simple'",
      "global.cert='/etc/ssl/ca.pem'",
      "install.user='true'",
      "global.target='/somewhere'",
      "global.require-virtualenv='true'",
      "install.trusted-host='mirror.example'",
      "global.default-timeout='180'",
      'nonsense',
    ].join('\n');
    expect(readPipSettings(listing)).toEqual({
      PIP_INDEX_URL: 'https://mirror.example/simple',
      PIP_CERT: '/etc/ssl/ca.pem',
      PIP_TRUSTED_HOST: 'mirror.example',
      PIP_TIMEOUT: '180',
    });
  });

  it('take the environment over the files', () => {
    const listing = ":env:.index-url='https://b.example'\nglobal.index-url='https://a.example'";
    expect(readPipSettings(listing)).toEqual({ PIP_INDEX_URL: 'https://b.example' });
  });

  it('may be none', () => {
    expect(readPipSettings('')).toEqual({});
  });
});
