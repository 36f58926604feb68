import type { QuantumViewResponse } from '@wayleave/ups-api/wire';
import { createHash } from 'node:crypto';
import type { FiledRecord } from './filed-record.js';
import type { FileClock } from './file-clock.js';
import type { QuantumFailure } from './quantum-failure.js';
import type { QuantumFile } from './quantum-files.js';
import type { SubscriptionStatus } from './quantum-subscription-store.js';
import type { QuantumPage, SelectedFiles } from './quantum-view.js';
import { untidy } from './untidiness.js';

const statusTexts: Readonly<Record<SubscriptionStatus, string>> = {
  UN: 'Unknown', AT: 'Activate', P: 'Pending', A: 'Active', I: 'Inactive', S: 'Suspended',
};
const lists: readonly FiledRecord['list'][] = ['Manifest', 'Origin', 'Exception', 'Delivery', 'Generic'];

interface Asker {
  readonly subscriberId: string;
  readonly context: string | null;
}

/** The body of a page of files (QuantumView.yaml, QuantumViewResponse). */
export function quantumAnswer({ clock, selected, bookmark }: QuantumPage, asker: Asker): object {
  return {
    QuantumViewResponse: {
      Response: response(asker, '1'),
      QuantumViewEvents: {
        SubscriberID: asker.subscriberId,
        SubscriptionEvents: selected.filter(({ files, subscription: { status } }) => files.length > 0 || status !== 'A').map((each) => subscriptionEvents(each, asker, clock)),
      },
      ...(bookmark === null ? {} : { Bookmark: bookmark }),
    },
  };
}

/** The body of a failure: also a 200. */
export function failureAnswer({ code, message }: QuantumFailure, asker: Asker): QuantumViewResponse {
  return {
    QuantumViewResponse: {
      Response: { ...response(asker, '0'), Error: [{ ErrorSeverity: 'Hard', ErrorCode: code, ErrorDescription: message, ErrorLocation: [] }] },
      QuantumViewEvents: { SubscriberID: asker.subscriberId, SubscriptionEvents: [] },
    },
  };
}

function response({ context }: Asker, code: '0' | '1') {
  return {
    TransactionReference: { ...(context === null ? {} : { CustomerContext: context }), XpciVersion: '1.0007' },
    ResponseStatusCode: code,
    ResponseStatusDescription: code === '1' ? 'Success' : 'Failure',
  };
}

function subscriptionEvents({ subscription, fromMs, throughMs, files }: SelectedFiles, { subscriberId }: Asker, clock: FileClock): object {
  const { name, status, readThrough } = subscription;
  return {
    Name: name,
    Number: createHash('sha256').update(`${subscriberId} ${name}`).digest('hex').slice(0, 16).toUpperCase(),
    SubscriptionStatus: { Code: status, Description: statusTexts[status] },
    DateRange: { BeginDate: rangeEnd(clock.show(fromMs)), EndDate: rangeEnd(clock.show(throughMs)) },
    SubscriptionFile: files.map((file) => subscriptionFile(file, file.name <= readThrough)),
  };
}

function subscriptionFile({ name, records }: QuantumFile, read: boolean): object {
  const kinds = lists.flatMap((list) => {
    const ofKind = records.filter((record) => record.list === list).map(untidy);
    return ofKind.length === 0 ? [] : [[list, ofKind]];
  });
  return {
    FileName: name,
    StatusType: read ? { Code: 'R', Description: 'Read' } : { Code: 'U', Description: 'Unread' },
    ...Object.fromEntries(kinds) as object,
  };
}

/** A range is echoed in a format of its own, `MM-DD-YYYY-HH-MM`. */
function rangeEnd(digits: string): string {
  return digits.replace(/^(....)(..)(..)(..)(..)..$/, '$2-$3-$1-$4-$5');
}
