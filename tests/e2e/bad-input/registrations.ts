import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scene } from './scene.js';

/** A Site to register, and what the Hub must say about it. */
export interface RegistrationCase {
  readonly what: string;
  readonly url: string | ((scene: Scene) => string);
  /** Something that answers in place of a Site; its address is the one to register. */
  readonly server?: RequestListener;
  readonly code: string;
  readonly message: RegExp;
}

const linkLocal = /input\.url: link-local and metadata addresses are not allowed/;
const noAddress = /input\.url: an address that begins with http:\/\/ or https:\/\/ is expected/;
const noSite = /what answers at this address is no Site of this version; give the address that the Site prints/;

export const registrationCases: readonly RegistrationCase[] = [
  { what: 'the metadata service of a cloud', url: 'http://169.254.169.254/latest', code: 'BAD_INPUT', message: linkLocal },
  { what: 'the same in other words', url: 'http://[::ffff:a9fe:a9fe]', code: 'BAD_INPUT', message: linkLocal },
  { what: 'the same as a number', url: 'http://2852039166', code: 'BAD_INPUT', message: linkLocal },
  { what: 'the same by name', url: 'http://metadata.google.internal', code: 'BAD_INPUT', message: linkLocal },
  { what: 'a file', url: 'file:///etc/passwd', code: 'BAD_INPUT', message: noAddress },
  { what: 'no address', url: 'eu-central', code: 'BAD_INPUT', message: noAddress },
  { what: 'an address with a password', url: 'http://admin:secret@site.example.org', code: 'BAD_INPUT', message: /no user or password/ },
  { what: 'an address where nothing listens', url: 'http://127.0.0.1:1', code: 'SITE_UNAVAILABLE', message: /nothing answers as a Site at the given address; check it/ },
  { what: 'a web server', url: '', server: (_, response) => void response.end('<html>hello</html>'), code: 'BAD_INPUT', message: noSite },
  { what: 'a server that leads elsewhere', url: '', server: (_, response) => void response.writeHead(307, { location: 'http://169.254.169.254/join' }).end(), code: 'SITE_UNAVAILABLE', message: /nothing answers as a Site/ },
  {
    what: 'a server that answers what it should not',
    url: '',
    server: (_, response) => void response.writeHead(403).end(JSON.stringify({ errors: [{ message: 'secret of 10.0.0.7', extensions: { code: 'INTERNAL' } }] })),
    code: 'BAD_INPUT',
    message: noSite,
  },
  { what: 'the Hub itself', url: (scene) => scene.url('hub'), code: 'JOIN_TOKEN_REFUSED', message: /input\.joinToken: the Site does not take this token/ },
  { what: 'a Site, with the wrong token', url: (scene) => scene.url('us-west'), code: 'JOIN_TOKEN_REFUSED', message: /it is wrong or used already; ask the Site for a new one/ },
];

/** The address to register, for as long as `use` runs. */
export async function withAddress<Result>({ url, server: listener }: RegistrationCase, scene: Scene, use: (url: string) => Promise<Result>): Promise<Result> {
  if (listener === undefined) return use(typeof url === 'string' ? url : url(scene));
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
