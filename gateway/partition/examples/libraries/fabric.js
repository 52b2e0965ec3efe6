import { startGateway } from './gateway.js';
import { startLibrary } from './library.js';
import { startReviews } from './reviews.js';

/** All servers of the example, on ports of their own. */
export async function startFabric({ port = 0 } = {}) {
  const libraries = await Promise.all([
    startLibrary({ id: 'bergen', city: 'Bergen', titles: ['Dracula', 'Emma', 'Middlemarch'] }),
    startLibrary({ id: 'oslo', city: 'Oslo', titles: ['Beloved', 'Frankenstein', 'Ulysses'] }),
    startLibrary({ id: 'tromso', city: 'Tromsø', titles: ['Atonement', 'Hunger', 'Orlando'] }),
  ]);
  const reviews = await startReviews({ 'oslo.book.1': 5, 'tromso.book.2': 5, 'bergen.book.1': 3 });
  const gateway = await startGateway({ libraries, reviews, port });
  const stop = async () => {
    await gateway.stop();
    await Promise.all([...libraries, reviews].map((server) => server.stop()));
  };
  return { gateway, libraries, reviews, stop };
}
