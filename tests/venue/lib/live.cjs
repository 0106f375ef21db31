// live.cjs - an order as live execution would send it, through trade.c: its quote and unsigned transaction from the accounts as they stand, the sending, and
// the fill that live execution makes of the result. Used by the parts of executed.cjs. Must not: compute a quote itself.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
module.exports = ({ signed, market }, user) => {
  const { rpc, account, ata, WSOL, spl } = market, me = user.publicKey;
  const run = (lines) => JSON.parse(execFileSync(path.join(process.env.B, 'venue', 'bin', 'trade'), { input: `${lines.join('\n')}\n` }).toString());
  const order = (o, side, amount, limit) => `order venue=${o.venue} side=${side} wallet=${me} mint=${o.mint} pool=${o.pool} amount=${amount} limit=${limit} tip=20000 fee=15000 units=600000`;
  return {
    FEES: 5000n + 15000n + 20000n,
    // o: venue, mint, pool, accounts (what the venue reads besides the wallet, the mint, and the wallet's own token accounts).
    async plan(o, side, amount, limit) {
      const { value } = await rpc('getLatestBlockhash'), lines = [order(o, side, amount, limit), `at blockhash=${value.blockhash} now=1790000000 slot=1000`], token = spl.TOKEN_PROGRAM_ID;
      for (const k of [me, o.mint, ata(o.mint, me, token), ata(WSOL, me, token), ...o.accounts]) { const a = await account(k); if (a) lines.push(`account ${k} ${a.owner} ${a.lamports} ${a.data.toString('hex') || '-'}`); }
      return run(lines);
    },
    async send(q) {
      const wire = signed(Buffer.from(q.wire, 'hex').toString('base64'), user), signature = await rpc('sendTransaction', [wire, { encoding: 'base64', skipPreflight: true }]), s = (await rpc('getSignatureStatuses', [[signature]])).value[0];
      await rpc('_slot');
      const t = s && await rpc('getTransaction', [signature, { encoding: 'json', commitment: 'confirmed', maxSupportedTransactionVersion: 0 }]);
      return { landed: !!s, err: s && s.err, t, units: t && t.meta.computeUnitsConsumed, logs: t && t.meta.logMessages };
    },
    fill: (o, side, amount, t) => run([order(o, side, amount, 1), `result ${JSON.stringify(t)}`]),
  };
};
