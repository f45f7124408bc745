import { styleText } from 'node:util';
import type { RunningWorld } from '../worlds/running-world.ts';
import type { Step, Watcher } from './run.ts';

type Style = Parameters<typeof styleText>[0];

export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** The tour as somebody in front of a terminal sees it. */
export const terminalWatcher: Watcher = {
  begins(story, index) {
    console.log(`\n${styled('bold', `${index + 1}. ${story.name}`)}\n   ${styled('dim', story.tells)}`);
  },
  ended({ ok, ms, detail }: Step) {
    const mark = ok ? styled('green', '✔') : styled('red', '✘');
    const facts = Object.entries(detail).map(([name, value]) => `${name} ${styled('cyan', String(value))}`);
    console.log(`   ${mark} ${(ms / 1_000).toFixed(1)} s\n     ${facts.join('\n     ')}`);
  },
};

export function slackSaw(line: string): void {
  console.log(`   ${styled('magenta', 'Slack')}  ${line}`);
}

export function howToGoOn({ world }: RunningWorld): string {
  const { ecs, registry, inbox, aws } = world.endpoints;
  const host = new URL(registry).host;
  return `
The world stays up until Ctrl-C. Push an image of your own:
  npm run push -- shop/web:1.4.2
  npm run push -- shop/web:1.4.3 --behaviour cannot-start
or with any client, for instance
  skopeo copy --dest-tls-verify=false docker-archive:my.tar docker://${host}/shop/web:1.4.4

Ask Slipway, and tell it what to do:
  npx slipway status demo/web
  npx slipway history demo/api
  npx slipway rollback demo/web

Look at it with any AWS client (Region eu-west-1, any credentials; access key "test" is the administrator):
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
  aws ecs describe-services --cluster demo --services web --endpoint-url ${ecs}
  aws ecr describe-images --repository-name shop/web --endpoint-url ${aws ?? registry}
What Slack was sent:
  curl ${inbox}${aws === undefined ? '' : `\nEverything else of this local AWS is at ${aws}`}
`;
}
