import type { QueuePlaceFieldsFragment } from '@ocopea/sdk';

/** `place 3, for eu-central, which takes 8 at once` */
export function formatQueuePlace(place: QueuePlaceFieldsFragment | null | undefined): string | undefined {
  if (place === null || place === undefined) return undefined;
  return `place ${place.position}, for ${place.waitsFor.map(({ subjectId, limit }) => `${subjectId}, which takes ${limit} at once`).join(', and for ')}`;
}
