import type { TrackAnswer } from '@wayleave/ups-api';
import type { LatestState } from './followed-package.js';

/**
 * What is kept of a Track answer: the package's status and its newest scan. Null when UPS does not know the number.
 * One number can name several packages of one shipment; the first is the one that was asked for.
 */
export function latestState(answer: TrackAnswer): LatestState | null {
  const [first] = answer.found ? answer.packages : [];
  if (!first) return null;
  const [scan] = first.scans;
  return {
    type: first.statusType, code: first.statusCode, text: first.description,
    scanAt: scan?.at ?? null, scanLocal: scan?.localTime ?? null, scanPlace: scan?.place ?? null,
  };
}
