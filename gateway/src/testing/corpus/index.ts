import type { CorpusCase } from './corpus-case.js';
import { interfaceObjectUnresolvable } from './interface-object-unresolvable.js';
import { keysMixed } from './keys-mixed.js';
import { requiresArguments } from './requires-arguments.js';
import { requiresListsWithArguments } from './requires-lists-with-arguments.js';

export const corpus: readonly CorpusCase[] = [interfaceObjectUnresolvable, keysMixed, requiresArguments, requiresListsWithArguments];
