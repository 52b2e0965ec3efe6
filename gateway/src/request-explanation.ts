import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';
import type { MemberCallEnded, MemberRequest } from '@ocopea/partition';

/** One request that was sent to a Site or subgraph for a client's operation. */
export interface ExplainedRequest {
  /** Id of the Site, or name of the subgraph. */
  readonly to: string;
  readonly document: string;
  /** Values of variables that may hold something secret are left out. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly startedAfterMs: number;
  readonly durationMs?: number;
  /** Of the answer, as JSON. */
  readonly bytes?: number;
  readonly outcome?: string;
}

/** One call, which may have been several requests, or none when the answer was shared. */
export interface ExplainedCall {
  readonly to: string;
  readonly durationMs: number;
  readonly attempts: number;
  readonly hedged: boolean;
  readonly shared: boolean;
  readonly outcome: string;
}

/** What `extensions.explain` holds. */
export interface Explanation {
  /** The query plan; text, as the planner prints it. */
  readonly plan?: string;
  readonly requests: readonly ExplainedRequest[];
  readonly calls: readonly ExplainedCall[];
  /** What did not fit. */
  readonly left: { readonly requests: number; readonly calls: number; readonly characters: number };
}

/** Entries of each kind, and characters of all texts in an explanation. */
const bounds = { entries: 200, characters: 256 * 1024, textCharacters: 16 * 1024 };

/** Values that are shown: pages, ids and filters, which are short, and no inputs of mutations, in which secrets come. */
const longestShownText = 200;
const secretName = /secret|password|token|credential|authorization|grant|key$/i;

/** Collects how one operation was answered, for a caller who may know. Bounded, whatever the operation does. */
export class RequestExplanation {
  private plan: string | undefined;
  private readonly requests: ExplainedRequest[] = [];
  private readonly calls: ExplainedCall[] = [];
  private readonly left = { requests: 0, calls: 0, characters: 0 };
  private readonly began = performance.now();
  private characters = 0;

  planned(plan: QueryPlan, isMutation: boolean): void {
    if (this.plan !== undefined) return;
    const text = prettyFormatQueryPlan(plan);
    this.plan = this.bounded(isMutation ? withoutTexts(text) : text);
  }

  /** Notes a request that goes out. @returns to be called with the answer, or with the code of the failure */
  requested(to: string, { query, variables = {} }: MemberRequest, isMutation: boolean): (answer: { readonly result?: unknown; readonly failure?: string }) => void {
    if (this.requests.length >= bounds.entries) {
      this.left.requests += 1;
      return () => undefined;
    }
    const started = performance.now();
    const request = {
      to,
      document: this.bounded(isMutation ? withoutTexts(query) : query),
      variables: this.shown(variables, isMutation),
      startedAfterMs: rounded(started - this.began),
    };
    const index = this.requests.push(request) - 1;
    return ({ result, failure }) => {
      this.requests[index] = {
        ...request,
        durationMs: rounded(performance.now() - started),
        ...(result === undefined ? {} : { bytes: Buffer.byteLength(JSON.stringify(result)) }),
        outcome: failure ?? 'ANSWERED',
      };
    };
  }

  called({ member, durationMs, attempts, hedged, shared, outcome }: MemberCallEnded): void {
    if (this.calls.length >= bounds.entries) this.left.calls += 1;
    else this.calls.push({ to: member, durationMs: rounded(durationMs), attempts, hedged, shared, outcome });
  }

  toJSON(): Explanation {
    const { plan, requests, calls, left } = this;
    return { ...(plan === undefined ? {} : { plan }), requests, calls, left };
  }

  private bounded(text: string): string {
    const room = Math.min(bounds.textCharacters, bounds.characters - this.characters);
    const shown = text.slice(0, Math.max(room, 0));
    this.characters += shown.length;
    this.left.characters += text.length - shown.length;
    return shown;
  }

  /** Of a mutation, the names alone; else the values with what may be secret cut out, as far as there is room. */
  private shown(variables: Readonly<Record<string, unknown>>, isMutation: boolean): Record<string, unknown> {
    if (isMutation) return Object.fromEntries(Object.keys(variables).map((name) => [name, '***']));
    const text = JSON.stringify(variables, (name, value: unknown) => {
      if (secretName.test(name)) return '***';
      return typeof value === 'string' && value.length > longestShownText ? `${value.slice(0, longestShownText)}…` : value;
    });
    if (text.length <= Math.min(bounds.textCharacters, bounds.characters - this.characters)) {
      this.characters += text.length;
      return JSON.parse(text) as Record<string, unknown>;
    }
    this.left.characters += text.length;
    return Object.fromEntries(Object.keys(variables).map((name) => [name, '…']));
  }
}

/** Clients may write an input into the document instead of a variable. */
const withoutTexts = (document: string): string => document.replace(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"/g, '"***"');

const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;
