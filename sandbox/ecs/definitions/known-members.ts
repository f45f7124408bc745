/** The members of RegisterTaskDefinition that AWS's API model names. Others are kept all the same, and logged. */
export const knownMembers: ReadonlySet<string> = new Set(
  [
    'family taskRoleArn executionRoleArn networkMode containerDefinitions volumes placementConstraints',
    'requiresCompatibilities cpu memory tags pidMode ipcMode proxyConfiguration inferenceAccelerators ephemeralStorage',
    'runtimePlatform enableFaultInjection',
  ].flatMap((line) => line.split(' ')),
);

export const knownContainerMembers: ReadonlySet<string> = new Set(
  [
    'name image repositoryCredentials cpu memory memoryReservation links portMappings essential restartPolicy entryPoint',
    'command environment environmentFiles mountPoints volumesFrom linuxParameters secrets dependsOn startTimeout',
    'stopTimeout versionConsistency hostname user workingDirectory disableNetworking privileged readonlyRootFilesystem',
    'dnsServers dnsSearchDomains extraHosts dockerSecurityOptions interactive pseudoTerminal dockerLabels ulimits',
    'logConfiguration healthCheck systemControls resourceRequirements firelensConfiguration credentialSpecs',
  ].flatMap((line) => line.split(' ')),
);
