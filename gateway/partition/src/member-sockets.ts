import { MemberSocket, type MemberSocketOptions } from './member-socket.js';

/** The sockets to one server: one for all who may share one, which goes when it is idle. */
export class MemberSockets {
  readonly #sockets = new Map<string, MemberSocket>();

  /** @param key - of whom: subscriptions with the same key share a socket, and are given what the first of them was opened with */
  of(key: string, options: Omit<MemberSocketOptions, 'onIdle'>): MemberSocket {
    const known = this.#sockets.get(key);
    if (known) return known;
    const socket = new MemberSocket({ ...options, onIdle: () => this.#sockets.delete(key) });
    this.#sockets.set(key, socket);
    return socket;
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}
