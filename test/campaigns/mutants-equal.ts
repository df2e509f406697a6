/** Mutants that change nothing that anybody could see, each with its reason. They are not counted. */

type Equal = {
  readonly file: string;
  readonly code: string;
  readonly changes: readonly string[];
  readonly why: string;
};

export const EQUAL: readonly Equal[] = [];
