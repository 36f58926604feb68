import { migrate, openDatabase, readDatabaseUrl, type DatabaseOptions } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { readSettings, SettingsError } from '@wayleave/platform/settings';
import type { FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSandboxConfig, type SandboxConfig } from '../config/config.js';
import { createSandbox, sandboxMigrations } from '../sandbox.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs the stand-in by itself until the process is asked to stop: on PostgreSQL (`DATABASE_URL`), in a folder
 * (`UPSCOM_DATA`), or in memory, where everything is forgotten at the end. Without a control token it makes one and says
 * it. What it logs goes to stderr. Throws SettingsError, DataFolderInUse and MigrationMismatch.
 */
export async function runAlone(env: Environment, say: (line: string) => void): Promise<void> {
  const madeToken = env['UPSCOM_CONTROL_TOKEN'] ? null : randomBytes(32).toString('hex');
  const config = readSandboxConfig(madeToken === null ? env : { ...env, UPSCOM_CONTROL_TOKEN: madeToken });
  const logger = createLogger({ name: 'upscom', level: env['LOG_LEVEL'] ? config.logLevel : 'warn', destination: process.stderr });
  const place = readPlace(env);
  const stop = stopRequested();
  const database = await openDatabase(place.options);
  try {
    await migrate(database, [sandboxMigrations]);
    const sandbox = await createSandbox({ database, config, logger });
    try {
      await listen(sandbox.app, config);
      say(`A stand-in for UPS.com, not UPS: ${config.publicUrl.origin}`);
      say(`Data: ${place.name}`);
      if (madeToken !== null) say(`Control token, until it stops: ${madeToken}`);
      say('Stop it with Ctrl+C.');
      await stop;
    } finally {
      await sandbox.close();
    }
  } finally {
    await database.close();
  }
}

async function listen(app: FastifyInstance, { host, port }: SandboxConfig): Promise<void> {
  await app.listen({ host, port }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new SettingsError([`Port ${port} is already taken. Stop the program that uses it, or set UPSCOM_PORT to another.`]);
  });
}

/** Where it keeps what it knows. */
function readPlace(env: Environment): { readonly name: string; readonly options: DatabaseOptions } {
  const url = readSettings(env, readDatabaseUrl);
  if (url !== undefined) return { name: 'PostgreSQL', options: { url } };
  const folder = env['UPSCOM_DATA']?.trim();
  if (!folder) return { name: 'in memory, forgotten when it stops (UPSCOM_DATA names a folder to keep it in)', options: { memory: true } };
  const dataDirectory = resolve(folder);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  return { name: dataDirectory, options: { dataDirectory } };
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopRequested(): Promise<void> {
  return new Promise((resolveStop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolveStop();
      });
    }
  });
}
