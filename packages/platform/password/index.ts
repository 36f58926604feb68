export { createPasswordHasher, type PasswordHasher } from './password-hasher.js';
export { checkNewPassword, longestPassword, shortestPassword } from './password-policy.js';
