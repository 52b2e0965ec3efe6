import { Lexer, Source, TokenKind } from 'graphql';
import { queryTooComplex, queryTooDeep } from '@ocopea/graph';
import type { EdgeLimits } from './edge-limits.js';

/** What one operation or fragment holds, without what its spreads add. */
export interface DefinitionOutline {
  /** Set for a fragment. */
  readonly fragmentName: string | undefined;
  /** Levels of selections. */
  depth: number;
  fields: number;
  /** Fields of the outermost level; inline fragments do not make a level here. */
  rootFields: number;
  readonly spreads: { readonly name: string; readonly depth: number; readonly isRoot: boolean }[];
}

export type OutlineLimits = Pick<EdgeLimits, 'depth' | 'tokens' | 'aliases' | 'directives'>;

/**
 * Reads a document token by token, before it is parsed: the parser is recursive, and enough nesting would overflow its stack. Stops
 * at the first token past a limit, so that a document of 100,000 levels costs no more than one of a few. Grammar is the parser's
 * business; what is not GraphQL gets some outline, and a lexical error ends it.
 *
 * @throws QUERY_TOO_DEEP
 * @throws QUERY_TOO_COMPLEX
 */
export function outlineDocument(text: string, limits: OutlineLimits): DefinitionOutline[] {
  const reader = new OutlineReader(limits);
  const lexer = new Lexer(new Source(text));
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      // In selections a colon follows an alias and nothing else.
      const isAlias = token.kind === TokenKind.NAME && lexer.lookahead().kind === TokenKind.COLON;
      reader.read(token.kind, token.value, isAlias);
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'GraphQLError') throw error;
  }
  return reader.outlines;
}

class OutlineReader {
  readonly outlines: DefinitionOutline[] = [];
  private tokens = 0;
  private aliases = 0;
  private directives = 0;
  /** Brackets open within arguments or variable definitions: values and types, not selections. */
  private valueDepth = 0;
  /** For each open selection, whether it lies on the outermost level of its definition. */
  private readonly selections: boolean[] = [];
  private current: DefinitionOutline | undefined;
  private previous: { kind: string; value: string | undefined } | undefined;
  /** After `...` or `... on Type`, up to the selection that it opens. */
  private inlineFragment = false;
  private beforePrevious: string | undefined;

  constructor(private readonly limits: OutlineLimits) {}

  read(kind: string, value: string | undefined, isAlias: boolean): void {
    this.tokens += 1;
    if (this.tokens > this.limits.tokens) throw queryTooComplex('tokens', this.limits.tokens);
    if (this.valueDepth > 0) this.readInValue(kind);
    else this.readInSelection(kind, value, isAlias);
    this.beforePrevious = this.previous?.kind;
    this.previous = { kind, value };
  }

  private readInValue(kind: string): void {
    if (opening.has(kind)) this.valueDepth += 1;
    else if (closing.has(kind)) this.valueDepth -= 1;
    // The bracket of the arguments themselves is no nesting.
    if (this.valueDepth > this.limits.depth + 1) throw queryTooDeep(this.limits.depth);
  }

  private readInSelection(kind: string, value: string | undefined, isAlias: boolean): void {
    switch (kind) {
      case TokenKind.PAREN_L:
      case TokenKind.BRACKET_L:
        this.valueDepth = 1;
        return;
      case TokenKind.BRACE_L:
        return this.open();
      case TokenKind.BRACE_R:
        this.selections.pop();
        if (this.selections.length === 0) this.current = undefined;
        return;
      case TokenKind.AT:
        this.directives += 1;
        if (this.directives > this.limits.directives) throw queryTooComplex('directives', this.limits.directives);
        return;
      case TokenKind.SPREAD:
        this.inlineFragment = true;
        return;
      case TokenKind.NAME:
        return this.selections.length === 0 ? this.readHead(value) : this.readName(value ?? '', isAlias);
    }
  }

  /** Names before the first selection of a definition: only that of a fragment matters. */
  private readHead(name: string | undefined): void {
    if (this.previous?.kind === TokenKind.NAME && this.previous.value === 'fragment' && this.current === undefined) {
      this.current = newOutline(name);
    }
  }

  private open(): void {
    if (this.selections.length === 0) {
      this.current ??= newOutline(undefined);
      this.outlines.push(this.current);
    }
    const isRoot = this.selections.length === 0 || (this.inlineFragment && this.selections.at(-1) === true);
    this.selections.push(isRoot);
    this.inlineFragment = false;
    const depth = this.selections.length;
    if (depth > this.limits.depth) throw queryTooDeep(this.limits.depth);
    if (this.current !== undefined && depth > this.current.depth) this.current.depth = depth;
  }

  private readName(name: string, isAlias: boolean): void {
    const isRoot = this.selections.at(-1) === true;
    if (this.previous?.kind === TokenKind.AT) return;
    if (this.previous?.kind === TokenKind.SPREAD && name !== 'on') {
      this.inlineFragment = false;
      this.current?.spreads.push({ name, depth: this.selections.length, isRoot });
      return;
    }
    if (this.previous?.kind === TokenKind.SPREAD) return;
    // The type of `... on Type`.
    if (this.inlineFragment && this.previous?.value === 'on' && this.beforePrevious === TokenKind.SPREAD) return;
    if (isAlias) {
      this.aliases += 1;
      if (this.aliases > this.limits.aliases) throw queryTooComplex('aliases', this.limits.aliases);
      return;
    }
    if (this.current === undefined) return;
    this.current.fields += 1;
    if (isRoot) this.current.rootFields += 1;
  }
}

const opening: ReadonlySet<string> = new Set([TokenKind.PAREN_L, TokenKind.BRACKET_L, TokenKind.BRACE_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.PAREN_R, TokenKind.BRACKET_R, TokenKind.BRACE_R]);

function newOutline(fragmentName: string | undefined): DefinitionOutline {
  return { fragmentName, depth: 0, fields: 0, rootFields: 0, spreads: [] };
}
