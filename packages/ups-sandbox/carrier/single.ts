/** A list as UPS's examples have it where there is one thing to say: the text itself. */
export function single(texts: readonly string[]): string[] {
  return texts[0] as unknown as string[];
}
