import type { DocumentNode, FieldNode } from 'graphql';
import { EntityDocument, usedVariables } from './entity-document.js';
import { standInPaths, type StandInPath } from './requirement-paths.js';
import { requirementKey, type StandIns } from './stand-ins.js';

/** Some of the fields of a fetch of entities, which can be given what they require together. */
export interface EntityFetch {
  readonly document: DocumentNode;
  /** Variables that its document uses. */
  readonly variables: ReadonlySet<string>;
  /** Of the stand-ins that its fields require, as fetched: names joined by dots. */
  readonly places: ReadonlySet<string>;
}

interface Part {
  /** What is required at each place, as the subgraph names it. */
  readonly required: Map<string, string>;
  readonly places: Set<string>;
  readonly fields: Set<FieldNode>;
}

/** Divides a fetch of entities as little as possible, so that in no part two fields require different things under one name. */
export function separateRequirements(subgraph: string, document: DocumentNode, standIns: StandIns): readonly EntityFetch[] {
  const entities = new EntityDocument(document);
  const parts: Part[] = [];
  for (const { type, field } of entities.fields) {
    const requirement = standIns.requirements.get(requirementKey(subgraph, type, field.name.value));
    const paths = requirement ? standInPaths(requirement.selections, standIns.byName) : [];
    const part = parts.find(({ required }) => paths.every(({ place, standIn }) => (required.get(place) ?? standIn.name) === standIn.name)) ?? newPart(parts);
    part.fields.add(field);
    for (const path of paths) {
      part.required.set(path.place, path.standIn.name);
      part.places.add(fetchedPlace(path));
    }
  }
  if (parts.length <= 1) return [entityFetch(document, parts[0]?.places ?? new Set())];
  return parts.map(({ fields, places }) => entityFetch(entities.only(fields), places));
}

/** By the names that are fetched, without type conditions. */
function fetchedPlace({ path }: StandInPath): string {
  return path.filter((element) => !element.startsWith('... on ')).join('.');
}

function newPart(parts: Part[]): Part {
  const part: Part = { required: new Map(), places: new Set(), fields: new Set() };
  parts.push(part);
  return part;
}

function entityFetch(document: DocumentNode, places: ReadonlySet<string>): EntityFetch {
  return { document, variables: usedVariables(document), places };
}
