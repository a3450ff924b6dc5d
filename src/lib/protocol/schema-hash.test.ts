/**
 * Devices keep claims for weeks and apps for months: a change of the wire that nobody noticed is a claim that nobody can
 * read. This test notices.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { claimSchema } from '#lib/domain/claim.ts';
import { z } from '#lib/domain/zod.ts';
import { syncReplySchema, syncRequestSchema } from './exchange.ts';
import { protocolVersion } from './version.ts';

/** Of protocol 1. */
const known = {
  protocol: 1,
  request: '30a96f0ce1ac8f8f',
  reply: '70fd1955c0d7f190',
  claim: 'eedd2bc517c1b56b',
};

const whatToDo = `
The wire has changed. Before you write the new hash into schema-hash.test.ts:
  claim    Claims already made are sent again for ever. A new kind or a new optional key is fine; anything else is not.
           A device with the new app may meet the old server: what it sends is then parked as "unreadable", not lost.
  request  Is read strictly. An old server answers a new key with 422: give it a new protocolVersion (version.ts, with a
  reply    line of its history), serve the one before it too, and let the device send what the server speaks.
           A reply may gain keys without that; an old app ignores them. It may lose none, and no enum may gain a value
           that an old app would have to understand.
Then run "npm run docs:api" and put the change into CHANGELOG.md.
`;

const hashOf = (schema: z.core.$ZodType) =>
  createHash('sha256')
    .update(JSON.stringify(z.toJSONSchema(schema)))
    .digest('hex')
    .slice(0, 16);

describe('the wire', () => {
  it('is the one that devices and servers out there know', () => {
    const now = {
      protocol: protocolVersion,
      request: hashOf(syncRequestSchema),
      reply: hashOf(syncReplySchema),
      claim: hashOf(claimSchema),
    };
    expect(now, whatToDo).toEqual(known);
  });
});
