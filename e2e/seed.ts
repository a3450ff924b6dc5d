// Once a run: the small demonstration world, loaded by the server itself, for each test to start from a copy of.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppServer } from './app-server.ts';

export default async function seed(): Promise<() => void> {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-seed-'));
  // Stopped in good order, so that the folder is whole and can be copied.
  const server = await AppServer.start({ data });
  await server.stop();
  process.env['HOLDFAST_E2E_SEED'] = data;
  return () => rmSync(data, { recursive: true, force: true });
}
