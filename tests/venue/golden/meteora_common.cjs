// meteora_common.cjs - what the two Meteora generators share: token mints with and without transfer fees, numbers over many magnitudes,
// and the line of a whole market (accounts as bytes, the quote, the instruction).
// Must not use Math.random or a clock.
'use strict';
const { line } = require('./common.cjs');
module.exports = (need) => {
  const { PublicKey } = need('@solana/web3.js');
  const { getAssociatedTokenAddressSync, unpackMint } = need('@solana/spl-token');
  const TOKEN = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
  const WSOL = new PublicKey('So11111111111111111111111111111111111111112');
  // n bytes little-endian at an offset.
  const u = (d, at, n, v) => { let x = BigInt(v); if (x < 0n) x += 1n << BigInt(8 * n); for (let i = 0; i < n; i++) { d[at + i] = Number(x & 255n); x >>= 8n; } };
  // From 0 to most, over about so many orders of magnitude (base 4).
  const spread = (r, magnitudes, most) => { const top = most >> BigInt(2 * r.below(magnitudes)); return top <= 0n ? 0n : (r.next() << 64n | r.next()) % (top + 1n); };
  // A mint of this program; half of Token-2022's take a transfer fee, at an epoch on either side of a change.
  function tokenMint(r, address, program) {
    const is2022 = program.equals(TOKEN_2022), fee = is2022 && r.coin(), epoch = 500 + r.below(400), data = Buffer.alloc(fee ? 166 + 4 + 108 : 82);
    u(data, 36, 8, 1000000000000000n); data[44] = 6; data[45] = 1;
    if (fee) {
      data[165] = 1; u(data, 166, 2, 1); u(data, 168, 2, 108);
      for (const [at, from] of [[242, 0], [260, epoch - 3 + r.below(6)]]) { u(data, at, 8, from); u(data, at + 8, 8, r.coin() ? r.amount() : (1n << 64n) - 1n); u(data, at + 16, 2, r.below(4) ? r.below(1000) : r.below(10001)); }
    }
    return { data, fee, epoch, mint: unpackMint(address, { data, owner: program }, program) };
  }
  const market = (inputs, accounts, ix) => line({ what: 'market', ...inputs }, []) + accounts.map(([k, owner, d]) => ` account=${k.toBase58()}/${owner.toBase58()}/${d.toString('hex')}`).join('') + line({}, [ix]);
  return { WSOL, TOKEN, TOKEN_2022, u, spread, tokenMint, market, ata: (owner, mint, program) => getAssociatedTokenAddressSync(mint, owner, true, program) };
};
