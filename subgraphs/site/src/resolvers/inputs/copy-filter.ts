import { badInput, ByteCountScalar, SortDirection } from '@ocopea/graph';
import { Field, ID, InputType } from 'type-graphql';
import { requireKey } from '../../domain/copies/copy-labels.js';
import { searchWords } from '../../domain/copies/copy-search-words.js';
import type { CopySearch, LabelSelector } from '../../store/copy-search.js';
import { Consistency, CopyOrderField, CopyOutcome, CopyPhase } from '../types/enums.js';

const mostSelectors = 10;
const mostValues = 20;

@InputType({ description: 'Copies by one label.' })
export class LabelSelectorInput {
  @Field(() => String, { description: 'Key of the label.' })
  key!: string;

  @Field(() => [String], { nullable: true, description: `Its value is one of these, up to ${mostValues}; without them, any.` })
  values?: string[] | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True for the other copies, those without the label included.' })
  not!: boolean;
}

@InputType({ description: 'Which copies; all conditions must hold.' })
export class CopyFilter {
  @Field(() => ID, { nullable: true, description: 'Taken of this app instance.' })
  appInstanceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Taken of an app instance that had this name.' })
  appInstanceName?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Usable ones, or the others.' })
  usable?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Those of which every byte was read back and found whole, or the others.' })
  verified?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Those whose time is over and that something still holds, or the others.' })
  expired?: boolean | null;

  @Field(() => CopyPhase, { nullable: true, description: 'In this phase.' })
  phase?: CopyPhase | null;

  @Field(() => CopyOutcome, { nullable: true, description: 'With this outcome.' })
  outcome?: CopyOutcome | null;

  @Field(() => Consistency, { nullable: true, description: 'That have reached this.' })
  consistency?: Consistency | null;

  @Field(() => Boolean, { nullable: true, description: 'Those of which a run of a hook did not succeed, or the others.' })
  hooksFailed?: boolean | null;

  @Field(() => Date, { nullable: true, description: 'With a consistency point at this time or later.' })
  takenFrom?: Date | null;

  @Field(() => Date, { nullable: true, description: 'With a consistency point before this time.' })
  takenBefore?: Date | null;

  @Field(() => ByteCountScalar, { nullable: true, description: 'Of more bytes than this, as the data services wrote them.' })
  largerThan?: bigint | null;

  @Field(() => [LabelSelectorInput], { nullable: true, description: `With all of these labels, up to ${mostSelectors} conditions.` })
  labels?: LabelSelectorInput[] | null;

  @Field(() => String, { nullable: true, description: 'Words that must all begin a word in the notes or the name of the application; up to 10.' })
  text?: string | null;
}

@InputType({ description: 'The order of copies.' })
export class CopyOrder {
  @Field(() => CopyOrderField, { defaultValue: CopyOrderField.CREATED_AT, description: 'What to order by.' })
  field!: CopyOrderField;

  @Field(() => SortDirection, { defaultValue: SortDirection.DESC, description: 'In which direction.' })
  direction!: SortDirection;
}

/** @throws BAD_INPUT naming the condition */
export function copySearch(filter: CopyFilter | null | undefined): CopySearch {
  return {
    appInstanceId: filter?.appInstanceId ?? undefined,
    appInstanceName: filter?.appInstanceName ?? undefined,
    usable: filter?.usable ?? undefined,
    verified: filter?.verified ?? undefined,
    expired: filter?.expired ?? undefined,
    phase: filter?.phase ?? undefined,
    outcome: filter?.outcome ?? undefined,
    consistency: filter?.consistency ?? undefined,
    hooksFailed: filter?.hooksFailed ?? undefined,
    takenFrom: filter?.takenFrom ?? undefined,
    takenBefore: filter?.takenBefore ?? undefined,
    largerThan: filter?.largerThan ?? undefined,
    labels: labelSelectors(filter?.labels ?? []),
    words: filter?.text == null ? undefined : searchWords(filter.text, 'filter.text'),
  };
}

function labelSelectors(selectors: readonly LabelSelectorInput[]): LabelSelector[] {
  if (selectors.length > mostSelectors) throw badInput('filter.labels', `${selectors.length} conditions were given, ${mostSelectors} are allowed`);
  return selectors.map(({ key, values, not }) => {
    requireKey(key, 'filter.labels');
    if (values != null && (values.length === 0 || values.length > mostValues)) {
      throw badInput('filter.labels', `${values.length} values of "${key}" were given, 1 to ${mostValues} are allowed`);
    }
    return { key, values: values ?? undefined, not };
  });
}
