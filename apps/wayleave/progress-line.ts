const everyMs = 1_000;

/** Says how far something is, on stderr, at most once a second. */
export function progressLine(): (sentence: string) => void {
  let last = performance.now();
  return (sentence) => {
    if (performance.now() - last < everyMs) return;
    last = performance.now();
    process.stderr.write(`${sentence}\n`);
  };
}
