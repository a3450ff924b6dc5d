/** The words of code that no screen may say (ARCHITECTURE.md has the table): whatever copy there is, tests hold it to this. */
export const unspoken =
  /\b(claims?|claimed|verdicts?|ledgers?|clerks?|journals?|packs?|desks?|deltas?|cursors?|queues?|queued|slots?|defer|defers|deferred|deferrals?|ubrns?|notices?|publish|publishes|published|withdraw|withdraws|withdrawn|parked|intents?)\b/i;
