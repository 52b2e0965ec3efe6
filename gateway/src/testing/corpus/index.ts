import { abstractTypes } from './abstract-types.js';
import { conditions } from './conditions.js';
import type { CorpusCase } from './corpus-case.js';
import { directivesThatInform } from './directives-that-inform.js';
import { errorsAndNulls } from './errors-and-nulls.js';
import { firstFederation } from './first-federation.js';
import { interfaceObjectUnresolvable } from './interface-object-unresolvable.js';
import { interfaceObjects } from './interface-objects.js';
import { interfaceObjectsAround } from './interface-objects-around.js';
import { interfacesApart } from './interfaces-apart.js';
import { keysCompound } from './keys-compound.js';
import { keysMixed } from './keys-mixed.js';
import { membersWithPartsApart } from './members-with-parts-apart.js';
import { mergedInputs } from './merged-inputs.js';
import { mutationsInOrder } from './mutations-in-order.js';
import { nullKeys } from './null-keys.js';
import { providesAbstract } from './provides-abstract.js';
import { providesAndOverrides } from './provides-and-overrides.js';
import { relayNodes } from './relay-nodes.js';
import { requiresArguments } from './requires-arguments.js';
import { requiresChains } from './requires-chains.js';
import { requiresListsWithArguments } from './requires-lists-with-arguments.js';
import { requiresToAndFro } from './requires-to-and-fro.js';
import { requiresToAndFroAbroad } from './requires-to-and-fro-abroad.js';
import { requiresToAndFroWithParts } from './requires-to-and-fro-with-parts.js';
import { typenames } from './typenames.js';
import { typesApart } from './types-apart.js';
import { unionsApart } from './unions-apart.js';
import { variables } from './variables.js';

export const corpus: readonly CorpusCase[] = [
  abstractTypes,
  conditions,
  directivesThatInform,
  errorsAndNulls,
  firstFederation,
  interfaceObjectUnresolvable,
  interfaceObjects,
  interfaceObjectsAround,
  interfacesApart,
  keysCompound,
  keysMixed,
  membersWithPartsApart,
  mergedInputs,
  mutationsInOrder,
  nullKeys,
  providesAbstract,
  providesAndOverrides,
  relayNodes,
  requiresArguments,
  requiresChains,
  requiresListsWithArguments,
  requiresToAndFro,
  requiresToAndFroAbroad,
  requiresToAndFroWithParts,
  typenames,
  typesApart,
  unionsApart,
  variables,
];
