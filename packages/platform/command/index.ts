export { CommandError, UsageError } from './command-error.js';
export { progressLine } from './progress-line.js';
