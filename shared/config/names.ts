import { nameMatches } from '../domain/name-glob.ts';
import { noticeKinds } from '../domain/notice.ts';
import { quoted } from './problem.ts';

export interface Objection {
  readonly problem: string;
  readonly fix: string;
}

/** Undefined when the text is a good name of its kind. */
export type NameCheck = (text: string) => Objection | undefined;

const mostWildcards = 5;

/** Letters, digits, `-` and `_`: what AWS allows in names of clusters, services and containers. */
export const clusterName: NameCheck = (text) => {
  if (text.startsWith('arn:')) {
    return { problem: `${quoted(text)} is an ARN`, fix: 'write the name of the cluster alone' };
  }
  if (/^[\w-]{1,255}$/.test(text)) return undefined;
  if (/[*?]/.test(text)) {
    return {
      problem: `${quoted(text)} has a wildcard: permissions are made for clusters by name`,
      fix: 'name each cluster',
    };
  }
  return { problem: `${quoted(text)} is no name of an ECS cluster`, fix: ecsNameRule };
};

const ecsNameRule = 'use 1 to 255 letters, digits, `-` and `_`';

export const containerName: NameCheck = (text) => {
  if (/^[\w-]{1,255}$/.test(text)) return undefined;
  if (/[*?]/.test(text)) {
    return {
      problem: `${quoted(text)} has a wildcard, and containers are named exactly`,
      fix: 'name each container, or leave `containers` out: every container that runs the image',
    };
  }
  return { problem: `${quoted(text)} is no name of a container`, fix: ecsNameRule };
};

export const servicePattern: NameCheck = (text) => {
  const [cluster, service, ...rest] = text.split('/');
  if (cluster === undefined || service === undefined) {
    return { problem: `${quoted(text)} names no cluster`, fix: `write \`cluster/service\`` };
  }
  if (rest.length > 0 || text.startsWith('arn:')) {
    return { problem: `${quoted(text)} is not \`cluster/service\``, fix: 'write it like `prod/web-*`' };
  }
  const objection = clusterName(cluster);
  if (objection !== undefined) return objection;
  if (/^[\w*?-]{1,255}$/.test(service)) return tooManyWildcards(text);
  return {
    problem: `${quoted(text)}: ${quoted(service)} is no name of an ECS service`,
    fix: `${ecsNameRule}, with \`*\` and \`?\` as wildcards`,
  };
};

export const serviceName: NameCheck = (text) => {
  if (!/[*?]/.test(text)) return servicePattern(text);
  return {
    problem: `${quoted(text)} has a wildcard, and one service goes first`,
    fix: 'name it: `cluster/service`',
  };
};

const registryPrefix =
  /^(?:\d{12}\.dkr\.ecr\.[^/]+|public\.ecr\.aws|(?:[\w-]+\.)?docker\.io|ghcr\.io|quay\.io|[^/]+:\d+)\/(?<rest>.+)$/;

/** ECR's registry of another account or Region, whose events somebody forwards here. */
const ecrPrefix = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/(?<rest>[^:@]+)$/;

/** The repository of an image, without the registry that it may name. */
export function repositoryOf(text: string): string {
  return ecrPrefix.exec(text)?.groups?.['rest'] ?? text;
}

export const repositoryPattern: NameCheck = (text) => {
  const ofEcr = ecrPrefix.exec(text)?.groups?.['rest'];
  if (ofEcr !== undefined) return repositoryPattern(ofEcr);
  const repository = registryPrefix.exec(text)?.groups?.rest;
  if (repository !== undefined) {
    return {
      problem: `${quoted(text)} names a registry that is none of ECR's, or a tag`,
      fix: `write the repository alone: ${quoted(repository.replace(/[:@].*$/, ''))}`,
    };
  }
  if (/[:@]/.test(text)) {
    return {
      problem: `${quoted(text)} is an image with a tag or digest, not a repository`,
      fix: `write ${quoted(text.replace(/[:@].*$/, ''))} and say under \`tags\` which tags deploy`,
    };
  }
  if (isRepositoryPattern(text)) return tooManyWildcards(text);
  return {
    problem: `${quoted(text)} is no name of an ECR repository`,
    fix: 'use lower-case letters, digits and `- _ . /`, 2 to 256 of them, with `*` and `?` as wildcards (`**` crosses `/`)',
  };
};

/** ECR's own pattern, with a wildcard allowed wherever a letter is. */
function isRepositoryPattern(text: string): boolean {
  if (text.length > 256 || (text.length < 2 && text !== '*')) return false;
  return text.split('/').every((part) => /^[a-z0-9*?]+(?:(?:\.|_{1,2}|-+)[a-z0-9*?]+)*$/.test(part));
}

function tooManyWildcards(text: string): Objection | undefined {
  if ((text.match(/\*+|\?/g) ?? []).length <= mostWildcards) return undefined;
  return {
    problem: `${quoted(text)} has more than ${mostWildcards} wildcards`,
    fix: 'write several simpler patterns',
  };
}

export const rolePattern: NameCheck = (text) => {
  if (text.startsWith('arn:')) {
    return {
      problem: `${quoted(text)} is an ARN`,
      fix: `write the role's name alone: ${quoted(text.replace(/^.*?:role\//, ''))}`,
    };
  }
  if (/^[*?/]*$/.test(text)) {
    return {
      problem: `${quoted(text)} would let Slipway pass every role of the account`,
      fix: 'name the roles that your task definitions carry, or a prefix such as `shop-web-*`',
    };
  }
  if (/^(?:[\w+=,.@*?-]+\/){0,10}[\w+=,.@*?-]{1,64}$/.test(text) && text.length <= 512) return undefined;
  return {
    problem: `${quoted(text)} is no name of an IAM role`,
    fix: 'use letters, digits and `+ = , . @ - _`, with `*` and `?` as wildcards',
  };
};

export const secretName: NameCheck = (text) => {
  if (text.includes('://') || text.includes('hooks.slack.com') || /^xox[a-z]-/.test(text)) {
    return {
      problem: 'this looks like the secret itself, which does not belong in a file',
      fix: 'store it in Secrets Manager, write its name here (`slipway/slack`), and replace the secret if this file was shared',
    };
  }
  if (text.startsWith('arn:')) {
    return {
      problem: `${quoted(text)} is an ARN`,
      fix: "write the secret's name alone, such as `slipway/slack`",
    };
  }
  if (/^[\w/+=.@-]{1,512}$/.test(text)) return undefined;
  return {
    problem: `${quoted(text)} is no name of a Secrets Manager secret`,
    fix: 'use 1 to 512 letters, digits and `/ _ + = . @ -`',
  };
};

export const kindPattern: NameCheck = (text) => {
  if (!/^[a-z.*?-]{1,60}$/.test(text)) {
    return {
      problem: `${quoted(text)} is no kind of notice`,
      fix: 'write it like `rollout.failed` or `rollout.*`',
    };
  }
  if (noticeKinds.some((kind) => nameMatches(text, kind))) return tooManyWildcards(text);
  return {
    problem: `this version of Slipway announces nothing of the kind ${quoted(text)}`,
    fix: `choose from ${noticeKinds.join(', ')}, or a pattern such as \`rollout.*\``,
  };
};
