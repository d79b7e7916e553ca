/** What src/observe/wire needs of the vault: the only room that may take a raw secret out of it. */
export interface SecretSource {
  /** The value as its reader uses it; undefined for an unknown class. */
  reveal(valueClass: number): string | undefined;
  /** A keyed text under which a refusal is remembered; undefined when there is no key. */
  refusalKey(valueClass: number): string | undefined;
  /** Is there a key at all? */
  readonly hasKey: boolean;
}
