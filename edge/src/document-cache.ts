import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { documentCharacters } from './document-characters.js';
import { checkDocument, type DocumentLimits } from './check-document.js';
import type { PreparedOperation } from './operation-executor.js';

export interface DocumentCacheOptions {
  readonly limits: DocumentLimits;
  /** Whether the schema may be asked for; if not, no name that a client did not write itself is in an error either. */
  readonly introspection: boolean;
  /** Documents kept, by least recent use. @default 20000 */
  readonly maxDocuments?: number;
  /** Characters of all documents kept. @default {@link documentCharacters} */
  readonly maxCharacters?: number;
}

/** What is wrong with a document, before anything is executed. The errors have codes. */
export interface RefusedOperation {
  readonly problems: readonly GraphQLError[];
}

const usualCharacters = documentCharacters();

interface KnownDocument {
  readonly document: DocumentNode;
  /** What it is valid for. A graph that was composed anew has another schema. */
  readonly schema: GraphQLSchema;
  readonly operations: Map<string | undefined, PreparedOperation>;
}

/**
 * Measures, parses and validates each different document once, for all doors. Only what is valid is kept: a client that sends rubbish
 * pays for it each time and drives nothing else out.
 */
export class DocumentCache {
  private readonly known = new Map<string, KnownDocument>();
  private readonly rules;
  private characters = 0;

  constructor(private readonly options: DocumentCacheOptions) {
    this.rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  /**
   * @throws QUERY_TOO_DEEP
   * @throws QUERY_TOO_COMPLEX
   */
  prepare(text: string, operationName: string | undefined, schema: GraphQLSchema): PreparedOperation | RefusedOperation {
    let known = this.recall(text);
    if (known?.schema !== schema) {
      const checked = known === undefined ? this.parsed(text) : known.document;
      if ('problems' in checked) return checked;
      const problems = this.problemsOf(checked, text, schema);
      if (problems.length > 0) return { problems };
      this.keep(text, (known = { document: checked, schema, operations: new Map() }));
    }
    const prepared = known.operations.get(operationName);
    if (prepared !== undefined) return prepared;
    const operation = getOperationAST(known.document, operationName);
    if (!operation) return { problems: [noSuchOperation(operationName)] };
    const made = { text, document: known.document, operation, operationName, schema };
    known.operations.set(operationName, made);
    return made;
  }

  private parsed(text: string): DocumentNode | RefusedOperation {
    checkDocument(text, this.options.limits);
    try {
      // Locations are several times the size of all else, and serve only the errors of documents that are not kept.
      return parse(text, { noLocation: true });
    } catch (error) {
      return { problems: [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')] };
    }
  }

  private problemsOf(document: DocumentNode, text: string, schema: GraphQLSchema): GraphQLError[] {
    if (validate(schema, document, this.rules, { maxErrors: 1 }).length === 0) return [];
    const problems = validate(schema, parse(text), this.rules, { maxErrors: 20 });
    return problems.map((problem) => withCode(problem, 'GRAPHQL_VALIDATION_FAILED', this.options.introspection ? undefined : withoutSuggestion));
  }

  private recall(text: string): KnownDocument | undefined {
    const known = this.known.get(text);
    if (known === undefined) return undefined;
    this.known.delete(text);
    this.known.set(text, known);
    return known;
  }

  private keep(text: string, known: KnownDocument): void {
    const { maxDocuments = 20_000, maxCharacters = usualCharacters } = this.options;
    if (!this.known.has(text)) this.characters += text.length;
    this.known.set(text, known);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= maxDocuments && this.characters <= maxCharacters) break;
      this.known.delete(oldest);
      this.characters -= oldest.length;
    }
  }
}

function noSuchOperation(operationName: string | undefined): GraphQLError {
  const message =
    operationName === undefined
      ? 'the document has no operation, or several: name one in "operationName"'
      : `the document has no operation named ${JSON.stringify(operationName.slice(0, 120))}`;
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

function withCode({ message, nodes, source, positions }: GraphQLError, code: string, change = (said: string): string => said): GraphQLError {
  return new GraphQLError(change(message), { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, extensions: { code } });
}

/** What graphql-js adds to help with a typing mistake. */
function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean .*\?$/s, '');
}
