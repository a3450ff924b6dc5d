declare global {
  namespace App {
    interface Locals {
      app: import('#lib/server/app.ts').App;
    }
    interface Error {
      message: string;
      /** Names the line in the server's log; shown so that a person can quote it. */
      reference?: string;
    }
  }
}

export {};
