import type { App as ServerApp } from '#lib/server/app.ts';

declare global {
  namespace App {
    interface Locals {
      /** The server's side, opened once: sessions, the ledger's clerk, the live stream. */
      app: ServerApp;
    }
    interface Error {
      message: string;
      /** Names the line in the server's log; shown so that a person can quote it. */
      reference?: string;
    }
  }
}
