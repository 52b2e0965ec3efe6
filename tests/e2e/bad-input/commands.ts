import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A mistake on the command line, and the one line that it must be told. */
export interface CommandCase {
  readonly what: string;
  readonly args: (places: CommandPlaces) => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly code: 1 | 2;
  readonly message: RegExp;
}

export interface CommandPlaces extends AsyncDisposable {
  /** Address of a web server that is not Ocopea. */
  readonly webServer: string;
  /** Address of one that answers with JSON. */
  readonly jsonServer: string;
  /** A file by what is in it. */
  readonly files: Readonly<Record<'wrong' | 'empty' | 'letter', string>>;
}

/** Servers and files that a person might take for the right ones. */
export async function openCommandPlaces(): Promise<CommandPlaces> {
  const folder = await mkdtemp(join(tmpdir(), 'ocopea-commands-'));
  const servers = ['<html>hello</html>', '{"hello":"world"}'].map((text) => createServer((_, response) => void response.end(text)).listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [webServer, jsonServer] = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const texts = { wrong: 'wrong-token', empty: '', letter: 'Dear reader,\nthis is no token.' };
  const files = Object.fromEntries(Object.keys(texts).map((name) => [name, join(folder, name)])) as CommandPlaces['files'];
  await Promise.all(Object.entries(texts).map(([name, text]) => writeFile(files[name as keyof typeof texts], text)));
  return {
    webServer: webServer!,
    jsonServer: jsonServer!,
    files,
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const commandCases: readonly CommandCase[] = [
  { what: 'a verb that is not there', args: () => ['frobnicate'], code: 2, message: /unknown command 'frobnicate'/ },
  { what: 'a flag that is not there', args: () => ['sites', '--colour'], code: 2, message: /unknown option '--colour'/ },
  { what: 'an argument that is missing', args: () => ['copies', 'create'], code: 2, message: /missing required argument 'app'/ },
  { what: 'a port that is none', args: () => ['up'], environment: { OCOPEA_PORT: 'abc' }, code: 2, message: /OCOPEA_PORT: must be a port number/ },
  { what: 'an application that is not there', args: () => ['copies', 'create', 'nobody'], code: 1, message: /no application named "nobody"; "ocopea apps" lists them/ },
  { what: 'a Site that is not there', args: () => ['apps', '--site', 'mars'], code: 1, message: /"mars" names no site/ },
  { what: 'an address that is none', args: () => ['sites', '--server', 'somewhere'], code: 1, message: /"somewhere" is not an address; give one like http:/ },
  { what: 'an address of another kind', args: () => ['sites', '--server', 'ftp://127.0.0.1'], code: 1, message: /"ftp:\/\/127\.0\.0\.1" is not an address of a Hub or a Site/ },
  { what: 'a server that is down', args: () => ['sites', '--server', 'http://127.0.0.1:1'], code: 1, message: /nothing answers as Ocopea at http:\/\/127\.0\.0\.1:1; is it running\?/ },
  { what: 'a server that is not Ocopea', args: ({ webServer }) => ['sites', '--server', webServer], code: 1, message: /nothing answers as Ocopea/ },
  { what: 'another that answers JSON', args: ({ jsonServer }) => ['copies', 'create', 'guestbook', '--wait', '--server', jsonServer], code: 1, message: /nothing answers as Ocopea/ },
  { what: 'a token file that is not there', args: () => ['sites', '--token-file', '/nowhere/token'], code: 1, message: /no token: \/nowhere\/token: there is no such file; name its file with --token-file/ },
  { what: 'a token file that is empty', args: ({ files }) => ['sites', '--token-file', files.empty], code: 1, message: /empty: it is empty/ },
  { what: 'a file that is no token file', args: ({ files }) => ['sites', '--token-file', files.letter], code: 1, message: /letter: it holds something else/ },
  { what: 'a wrong token', args: ({ files }) => ['sites', '--token-file', files.wrong], code: 1, message: /does not take the token in .*wrong; name its file with --token-file/ },
];
