/**
 * The version of the exchange and its history. N and N−1 are both served; claims are additive and read for ever.
 *
 *   1  2026-11-22  book, move, cancel, defer, close, acknowledge, publish, withdraw, attend
 */
export const protocolVersion = 1;
export const oldestProtocolServed = 1;
