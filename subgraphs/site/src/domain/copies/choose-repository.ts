import { negotiateCopy, type CopyAbilities } from '@ocopea/broker-contract';
import { noCommonFormat, notFound } from '@ocopea/graph';

/** A repository and what its broker takes. */
export interface RepositoryOffer {
  readonly id: string;
  readonly name: string;
  readonly abilities: CopyAbilities;
}

/** A data service and what its plan can write. */
export interface CopySubject {
  readonly dataService: string;
  readonly abilities: CopyAbilities;
}

export interface ChosenRepository {
  readonly repositoryId: string;
  /** The agreed format, by data service. */
  readonly formats: ReadonlyMap<string, string>;
}

/**
 * Picks the repository for a copy: the first that takes a format of every data service, in the order given. All parts go to
 * one repository, so that a copy is sent and deleted as one.
 *
 * @throws NOT_FOUND there is no repository; NO_COMMON_FORMAT naming what is offered and what is taken
 */
export function chooseRepository(repositories: readonly RepositoryOffer[], subjects: readonly CopySubject[]): ChosenRepository {
  if (repositories.length === 0) throw notFound('copy repository', 'at this Site', 'add one with addCopyRepository');
  for (const repository of repositories) {
    const formats = new Map<string, string>();
    for (const { dataService, abilities } of subjects) {
      const negotiated = negotiateCopy(abilities, repository.abilities);
      if (negotiated.agreed) formats.set(dataService, negotiated.format);
    }
    if (formats.size === subjects.length) return { repositoryId: repository.id, formats };
  }
  throw refusal(repositories, subjects);
}

/** Names the data service that no repository takes; failing that, the first that the first repository does not take. */
function refusal(repositories: readonly RepositoryOffer[], subjects: readonly CopySubject[]) {
  const isTaken = (subject: CopySubject, repository: RepositoryOffer) => negotiateCopy(subject.abilities, repository.abilities).agreed;
  const homeless =
    subjects.find((subject) => !repositories.some((repository) => isTaken(subject, repository))) ??
    subjects.find((subject) => !isTaken(subject, repositories[0] as RepositoryOffer));
  const spoken = (abilities: CopyAbilities) => abilities.formats.map((format) => `${format} over ${abilities.protocols.join(' or ') || 'no protocol'}`);
  return noCommonFormat({
    subject: `data service "${homeless?.dataService}"`,
    offered: homeless === undefined ? [] : spoken(homeless.abilities),
    accepted: [...new Set(repositories.flatMap((repository) => spoken(repository.abilities)))],
    hint: 'add a repository that takes one of the formats with addCopyRepository',
  });
}
