/** What survives a crash: inputs, step results and results of operations are kept as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
