const everyMs = 1_000;

/** Says how far something is, on stderr, at most once a second: in a line of its own, on a terminal always in the same one. */
export function progressLine(): (sentence: string) => void {
  let last = performance.now();
  return (sentence) => {
    if (performance.now() - last < everyMs) return;
    last = performance.now();
    process.stderr.write(process.stderr.isTTY ? `\u001b[K${sentence}\r` : `${sentence}\n`);
  };
}
