import { Type, type Static, type TSchema } from 'typebox';
import { QuantumDelivery, QuantumException, QuantumGeneric, QuantumManifest, QuantumOrigin } from './quantum-view-records.js';
import { list, part, text } from './shape.js';

/** The body of POST /api/quantumview/v3/events. Without criteria it asks for what is unread, and makes it read. */
export const QuantumViewRequest = Type.Object({
  QuantumViewRequest: Type.Object({
    Request: Type.Object({ RequestAction: Type.Literal('QVEvents'), TransactionReference: part(Type.Object({ CustomerContext: text })) }),
    SubscriptionRequest: list(Type.Object({
      Name: text,
      FileName: list(Type.String()),
      DateTimeRange: part(Type.Object({ BeginDateTime: text, EndDateTime: text })),
    })),
    Bookmark: text,
  }),
});
export type QuantumViewRequest = Static<typeof QuantumViewRequest>;

/** The lists of a file by kind of record. */
export const quantumRecords = {
  Manifest: QuantumManifest, Origin: QuantumOrigin, Exception: QuantumException, Delivery: QuantumDelivery, Generic: QuantumGeneric,
};

function responseWith<T extends Record<keyof typeof quantumRecords, TSchema>>(record: T) {
  return Type.Object({
    QuantumViewResponse: Type.Object({
      Response: Type.Object({
        ResponseStatusCode: Type.String(),
        ResponseStatusDescription: text,
        TransactionReference: part(Type.Object({ CustomerContext: text, XpciVersion: text, ToolVersion: text })),
        Error: list(Type.Object({
          ErrorSeverity: text, ErrorCode: text, ErrorDescription: text, MinimumRetrySeconds: text,
          ErrorLocation: list(Type.Object({ ErrorLocationElementName: text, ErrorLocationAttributeName: text })),
          ErrorDigest: list(Type.String()),
        })),
      }),
      QuantumViewEvents: part(Type.Object({
        SubscriberID: text,
        SubscriptionEvents: list(Type.Object({
          Name: text,
          Number: text,
          SubscriptionStatus: part(Type.Object({ Code: text, Description: text })),
          DateRange: part(Type.Object({ BeginDate: text, EndDate: text })),
          SubscriptionFile: list(Type.Object({
            FileName: Type.String({ pattern: '\\S' }),
            StatusType: part(Type.Object({ Code: text, Description: text })),
            Manifest: list(record.Manifest), Origin: list(record.Origin), Exception: list(record.Exception),
            Delivery: list(record.Delivery), Generic: list(record.Generic),
          })),
        })),
      })),
      Bookmark: text,
    }),
  });
}

/** The answer. `SubscriberID` is the UPS.com user id behind the token; a `Bookmark` says that more is to come. */
export const QuantumViewResponse = responseWith(quantumRecords);
export type QuantumViewResponse = Static<typeof QuantumViewResponse>;

const unknown = Type.Unknown();

/** The answer around its records, which are read one by one so that a broken one does not hide its neighbours. */
export const QuantumViewFrame = responseWith({ Manifest: unknown, Origin: unknown, Exception: unknown, Delivery: unknown, Generic: unknown });
export type QuantumViewFrame = Static<typeof QuantumViewFrame>;
