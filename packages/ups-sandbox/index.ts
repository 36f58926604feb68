export { sandboxCommand } from './alone/sandbox-command.js';
export { createSandbox, sandboxMigrations, type Sandbox } from './sandbox.js';
export { readSandboxConfig, type SandboxConfig } from './config/config.js';
export type { ControlFunctions } from './control/control.js';
export type { LedgerEntry, LedgerQuery } from './control/ledger.js';
