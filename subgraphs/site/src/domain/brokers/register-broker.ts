import { notSupported } from '@ocopea/graph';

/** Brokers behind a URL come with a later version; until then a Site works with those it is composed with. @throws NOT_SUPPORTED */
export function registerBroker(): never {
  throw notSupported('registering a broker by its URL', 'this version works with the brokers that the Site is started with; brokers over HTTP come with a later one');
}
