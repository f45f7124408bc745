/** Operating system and architecture in the registry's words: linux, windows; amd64, arm64. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

const architectures: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

export interface RuntimePlatform {
  readonly operatingSystemFamily?: string | undefined;
  readonly cpuArchitecture?: string | undefined;
}

/** ECS's runtimePlatform in the registry's words. Left out, Fargate runs Linux on X86_64. */
export function taskPlatform(runtimePlatform: RuntimePlatform): Platform {
  const { operatingSystemFamily = 'LINUX', cpuArchitecture = 'X86_64' } = runtimePlatform;
  return {
    os: operatingSystemFamily.startsWith('WINDOWS') ? 'windows' : 'linux',
    architecture: architectures[cpuArchitecture] ?? cpuArchitecture.toLowerCase(),
  };
}

/** An image whose platforms nobody could read is not refused: the registry, not the platform, is in doubt. */
export function canRun(task: Platform, image: readonly Platform[]): boolean {
  return (
    image.length === 0 ||
    image.some(({ os, architecture }) => os === task.os && architecture === task.architecture)
  );
}

export function platformName({ os, architecture }: Platform): string {
  return `${os}/${architecture}`;
}
