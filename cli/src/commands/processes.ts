import { Option, type Command } from 'commander';
import { readHubConfig, readSiteConfig, readUpConfig } from '../config/process-config.js';

type Flags = Readonly<Record<string, string | undefined>>;
type HubFlags = Flags & { readonly auth: boolean; readonly forwardHeader?: readonly string[] };

/** Each flag of a process is another way to say a variable of its configuration. */
const flag = (name: string, variable: string, description: string) => new Option(`--${name} <${name}>`, `${description} (${variable})`);

const home = flag('home', 'OCOPEA_HOME', 'folder of everything it keeps');
const host = flag('host', 'OCOPEA_HOST', 'address to listen on; default 127.0.0.1');
const port = flag('port', 'OCOPEA_PORT', 'port to listen on');

/** `ocopea up`, `ocopea hub`, `ocopea site`: the processes. Their code is loaded only when one of them runs. */
export function addProcessCommands(program: Command): void {
  program
    .command('up')
    .description('a whole fabric on this machine: a Hub, two Sites and a sample application')
    .addOption(home)
    .addOption(host)
    .addOption(port)
    .action(async (flags: Flags) => {
      const { runUp } = await import('../processes/up/run-up.js');
      await runUp(readUpConfig(environment(flags)));
    });

  program
    .command('hub')
    .description('the Hub: one graph of all Sites; or, with --supergraph, of any federated subgraphs')
    .addOption(home)
    .addOption(host)
    .addOption(port)
    .addOption(new Option('--supergraph <file>', 'serve this supergraph, without Sites and database (OCOPEA_SUPERGRAPH)'))
    .addOption(new Option('--no-auth', 'with --supergraph, on loopback: ask for no credential (OCOPEA_NO_AUTH=true)'))
    .addOption(
      new Option('--forward-header <name>', 'send this header of a client along to Sites or subgraphs; may be given again (OCOPEA_FORWARD_HEADERS)').argParser(
        (name: string, names: readonly string[] = []) => [...names, name],
      ),
    )
    .action(async ({ auth, forwardHeader, ...flags }: HubFlags) => {
      const config = readHubConfig(environment({ ...flags, forwardHeader: forwardHeader?.join(','), ...(auth ? {} : { noAuth: 'true' }) }));
      if (config.OCOPEA_SUPERGRAPH === undefined) {
        const { runHub } = await import('../processes/run-hub.js');
        await runHub(config);
      } else {
        const { runHubOfSupergraph } = await import('../processes/run-hub-of-supergraph.js');
        await runHubOfSupergraph({ ...config, OCOPEA_SUPERGRAPH: config.OCOPEA_SUPERGRAPH });
      }
    });

  program
    .command('site')
    .description('a Site: one location with its applications and copies')
    .addOption(home)
    .addOption(host)
    .addOption(port)
    .addOption(flag('id', 'OCOPEA_SITE_ID', 'id of the Site, a DNS label'))
    .addOption(flag('name', 'OCOPEA_SITE_NAME', 'its name for people'))
    .addOption(flag('location', 'OCOPEA_SITE_LOCATION', 'where it is, for people'))
    .addOption(flag('public-url', 'OCOPEA_PUBLIC_URL', 'address under which the Hub and other Sites reach it'))
    .action(async (flags: Flags) => {
      const { runSite } = await import('../processes/run-site.js');
      await runSite(readSiteConfig(environment(flags)));
    });
}

const variableOf: Readonly<Record<string, string>> = {
  home: 'OCOPEA_HOME',
  host: 'OCOPEA_HOST',
  port: 'OCOPEA_PORT',
  id: 'OCOPEA_SITE_ID',
  name: 'OCOPEA_SITE_NAME',
  location: 'OCOPEA_SITE_LOCATION',
  publicUrl: 'OCOPEA_PUBLIC_URL',
  supergraph: 'OCOPEA_SUPERGRAPH',
  noAuth: 'OCOPEA_NO_AUTH',
  forwardHeader: 'OCOPEA_FORWARD_HEADERS',
};

/** The environment with the flags laid over it. An empty variable is one that is not set. */
function environment(flags: Flags): NodeJS.ProcessEnv {
  const given = Object.entries(process.env).filter(([, value]) => value !== '');
  const said = Object.entries(flags).flatMap(([name, value]) => (variableOf[name] === undefined || value === undefined ? [] : [[variableOf[name], value] as const]));
  return Object.fromEntries([...given, ...said]);
}
