import { Type, type Static } from 'typebox';

/** A code is text; some gateways write it as a number, and leave the message out. */
const ErrorEntry = Type.Object({ code: Type.Union([Type.String(), Type.Integer()]), message: Type.Optional(Type.String()) });

/** How UPS says no: OAuth, Track and most other APIs. */
export const ErrorEnvelope = Type.Object({
  response: Type.Object({ errors: Type.Array(ErrorEntry, { minItems: 1 }) }),
});
export type ErrorEnvelope = Static<typeof ErrorEnvelope>;

/** How Time in Transit says no. */
export const BareErrors = Type.Object({ errors: Type.Array(ErrorEntry, { minItems: 1 }) });
export type BareErrors = Static<typeof BareErrors>;

/** How UPS answers on a wrong or very old path. */
export const FaultEnvelope = Type.Object({
  Fault: Type.Object({
    faultcode: Type.Optional(Type.String()),
    faultstring: Type.Optional(Type.String()),
    detail: Type.Object({
      Errors: Type.Object({
        ErrorDetail: Type.Array(Type.Object({
          Severity: Type.Optional(Type.String()),
          PrimaryErrorCode: Type.Object({ Code: Type.String(), Description: Type.Optional(Type.String()) }),
        }), { minItems: 1 }),
      }),
    }),
  }),
});
export type FaultEnvelope = Static<typeof FaultEnvelope>;

/** An envelope with one error. Messages carry no apostrophe: some of UPS's own clients turn quotes into JSON quotes. */
export function errorEnvelope(code: string, message: string): ErrorEnvelope {
  return { response: { errors: [{ code, message: message.replaceAll("'", '') }] } };
}
