import { relative } from 'node:path';

export interface Welcome {
  readonly hubUrl: string;
  readonly sites: readonly { readonly id: string; readonly url: string }[];
  readonly applications: readonly { readonly name: string; readonly site: string; readonly url?: string | null | undefined }[];
  readonly tokenFile: string;
  readonly logs: string;
  readonly host: string;
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** What `ocopea up` says once everything serves. */
export function formatWelcome(welcome: Welcome): string {
  const lines: (readonly [string, string])[] = [
    ['Hub', `${welcome.hubUrl}/graphql`],
    ...welcome.sites.map(({ id, url }) => ['Site', `${url}/graphql  ${id}`] as const),
    ...welcome.applications.map(({ name, site, url }) => ['Application', `${url ?? 'not running'}  ${name} at ${site}`] as const),
    ['Token', `${shorter(welcome.tokenFile)}  (send it as "authorization: Bearer …")`],
    ['Logs', shorter(welcome.logs)],
  ];
  const width = Math.max(...lines.map(([title]) => title.length));
  const application = welcome.applications[0]?.name ?? 'guestbook';
  return [
    '',
    'Ocopea is ready. Ctrl-C stops everything.',
    '',
    ...lines.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`),
    ...(isLoopback(welcome.host) ? [] : ['', `  The Hub listens on ${welcome.host}: other machines can reach it. Whoever has the token is its administrator.`]),
    '',
    'Try, in another terminal in this folder:',
    '  npx ocopea apps',
    `  npx ocopea copies create ${application} --wait`,
    `  npx ocopea copies restore COPY --site us-west --name ${application}-2 --wait`,
    '',
  ].join('\n');
}

function shorter(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
