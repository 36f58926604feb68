import { Type, type TSchema } from 'typebox';

/** A text that UPS may leave out. An empty one says as much as none. */
export const text = Type.Optional(Type.String());

/** Says something by being there; what is inside does not matter: UPS writes `""`, `{}` or any text. */
export const flag = Type.Optional(Type.Union([Type.String(), Type.Object({})]));

export const bool = Type.Optional(Type.Boolean());
export const integer = Type.Optional(Type.Integer());

/** A list that UPS may leave out. Older versions collapse a single item to the item itself. */
export function list<T extends TSchema>(item: T) {
  return Type.Optional(Type.Array(item));
}

/** A part that UPS may leave out, or write as `""`. */
export function part<T extends TSchema>(schema: T) {
  return Type.Optional(schema);
}
