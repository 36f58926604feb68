/** A 1Z number: shipper account (6), service (2), serial (7), check digit. */
export function trackingNumber(account: string, serviceCode: string, serial: number): string {
  const body = account + serviceCode + String(serial).padStart(7, '0');
  return `1Z${body}${checkDigit(body)}`;
}

/** UPS's check digit of the 15 characters that follow `1Z`: letters count as (code − 63) mod 10, even places double. */
export function checkDigit(body: string): number {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) {
    const character = body.charCodeAt(index);
    const value = character <= nine ? character - zero : (character - 63) % 10;
    sum += index % 2 === 0 ? value : 2 * value;
  }
  return (10 - (sum % 10)) % 10;
}

const zero = 48;
const nine = 57;
