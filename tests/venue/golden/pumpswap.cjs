// pumpswap.cjs DIR SEED COUNT - PumpSwap trades as the official SDK builds them: the swap itself out of the wrapped sequence.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/pump/`);
const { PublicKey } = need('@solana/web3.js');
const BN = need('bn.js');
const { PumpAmmSdk } = need('@pump-fun/pump-swap-sdk');
const { getAssociatedTokenAddressSync } = need('@solana/spl-token');
const { seeded, line } = require('./common.cjs');

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const TOKEN = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
const WSOL = new PublicKey('So11111111111111111111111111111111111111112');
const AMM = new PublicKey('pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA');
const sdk = new PumpAmmSdk();
// The SDK draws a recipient from the lists; with all entries alike the draw does not matter.
const eight = (k) => Array(8).fill(k);

async function one() {
  const buy = r.coin(), cashback = r.coin(), creator = r.below(4) === 0 ? PublicKey.default : key(), mayhem = r.below(4) === 0, mint = key(), user = key();
  const baseProgram = r.coin() ? TOKEN : TOKEN_2022, recipient = key(), buyback = key(), pool = key(), baseVault = key(), quoteVault = key();
  // The SDK draws buyback recipients from a list of its own: pin the draw.
  const random = Math.random;
  const draw = r.below(1000) / 1000;
  Math.random = () => draw;
  const state = {
    globalConfig: { protocolFeeRecipients: eight(recipient), reservedFeeRecipient: recipient, reservedFeeRecipients: Array(7).fill(recipient), buybackFeeRecipients: eight(buyback), buybackBasisPoints: new BN(0) },
    feeConfig: null, poolKey: pool, poolAccountInfo: { data: Buffer.alloc(400) }, pool: {
      baseMint: mint, quoteMint: WSOL, poolBaseTokenAccount: baseVault, poolQuoteTokenAccount: quoteVault, coinCreator: creator, isMayhemMode: mayhem, isCashbackCoin: cashback,
    }, baseTokenProgram: baseProgram, quoteTokenProgram: TOKEN, baseMint: mint, user, userBaseTokenAccount: getAssociatedTokenAddressSync(mint, user, true, baseProgram), userQuoteTokenAccount: getAssociatedTokenAddressSync(WSOL, user, true, TOKEN),
    userBaseAccountInfo: null, userQuoteAccountInfo: null,
  };
  const amount = r.amount(), limit = buy ? r.amount() % (1n << 53n) : r.amount();
  const list = buy ? await sdk.buyInstructionsNoPool(state, bn(amount), bn(limit)) : await sdk.sellInstructionsNoPool(state, bn(amount), bn(limit));
  Math.random = random;
  const swap = list.find((i) => i.programId.equals(AMM));
  const used = swap.keys[swap.keys.length - 2].pubkey; // the buyback recipient that was drawn
  return line({
    venue: 'pump_swap', kind: buy ? 'buy' : 'sell', user, pool, base_mint: mint, quote_mint: WSOL, base_program: baseProgram, quote_program: TOKEN, base_vault: baseVault, quote_vault: quoteVault, creator,
    fee_recipient: recipient, buyback_recipient: used, cashback: +cashback, has_creator: +!creator.equals(PublicKey.default), amount, limit,
  }, [swap]);
}
(async () => { for (let i = 0; i < +count; i++) console.log(await one()); })();
