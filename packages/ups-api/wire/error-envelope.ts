import { Type, type Static } from 'typebox';

/** How UPS says no: OAuth, Track and most other APIs. */
export const ErrorEnvelope = Type.Object({
  response: Type.Object({
    errors: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }), { minItems: 1 }),
  }),
});
export type ErrorEnvelope = Static<typeof ErrorEnvelope>;

/** An envelope with one error. Messages carry no apostrophe: some of UPS's own clients turn quotes into JSON quotes. */
export function errorEnvelope(code: string, message: string): ErrorEnvelope {
  return { response: { errors: [{ code, message: message.replaceAll("'", '') }] } };
}
